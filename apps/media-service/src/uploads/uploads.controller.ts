import { FleetError, isUuid, mediaPath, UploadedFile, type MediaOwnerKind, type Uuid } from '@app/contracts';
import { callerOf, CountsAs, ForUsers } from '@app/identity';
import { Answers, MediaLinks, Refuses, TakesForm } from '@app/platform';
import { kindOf } from '@app/storage';
import { Controller, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { StorageRoom } from './storage-room.js';
import { stopReading, UploadForm } from './upload-form.js';
import { UploadRights } from './upload-rights.js';
import { UploadsService, type StoredFile } from './uploads.service.js';

/** A file that was uploaded, as ElizaOS answers it. */
interface UploadAnswer {
  success: true;
  data: UploadedFile;
}

/** The form of both routes. */
const FORM = {
  file: 'The file. What it is tell its first bytes; what the form calls it may not speak of something else.',
};

/** How an upload may be refused. */
const REFUSALS = [
  'INVALID_ID',
  'INVALID_REQUEST',
  'UNSUPPORTED_MEDIA_TYPE',
  'UPLOAD_TOO_SLOW',
  'CONFLICT',
  'PAYLOAD_TOO_LARGE',
  'STORAGE_UNAVAILABLE',
  'UPLOADS_BUSY',
] as const;

/** ElizaOS's uploads: a form with one file. */
@ForUsers('media:write')
@CountsAs('uploads')
@Controller()
export class UploadsController {
  constructor(
    @Inject(UploadsService) private readonly uploads: UploadsService,
    @Inject(UploadRights) private readonly rights: UploadRights,
    @Inject(MediaLinks) private readonly links: MediaLinks,
    @Inject(StorageRoom) private readonly room: StorageRoom,
  ) {}

  /** Uploads a file to an agent, which need not exist: the web UI uploads for conversations that begin with the file. */
  @Post('api/media/agents/:agentId/upload-media')
  @HttpCode(200)
  @TakesForm(FORM)
  @Answers(UploadedFile)
  @Refuses(...REFUSALS)
  async toAgent(@Req() request: Request, @Param('agentId') id: string): Promise<UploadAnswer> {
    const stored = await this.receive(request, 'agent', ownerId(id, 'agent'));
    return this.answer(request, stored, kindOf(stored.type));
  }

  /** Uploads a file to a channel. ElizaOS has this route twice. */
  @Post(['api/media/channels/:channelId/upload-media', 'api/messaging/channels/:channelId/upload-media'])
  @HttpCode(200)
  @TakesForm(FORM)
  @Answers(UploadedFile)
  @Refuses(...REFUSALS, 'CHANNEL_NOT_FOUND')
  async toChannel(@Req() request: Request, @Param('channelId') id: string): Promise<UploadAnswer> {
    const stored = await this.receive(request, 'channel', ownerId(id, 'channel'));
    return this.answer(request, stored, stored.type);
  }

  private async receive(request: Request, ownerKind: MediaOwnerKind, id: Uuid): Promise<StoredFile> {
    const caller = callerOf(request);
    try {
      await this.rights.demand(caller, { ownerKind, ownerId: id });
      const room = await this.room.forFile(caller, request);
      const { name, declaredType, file, ended } = await UploadForm.open(request, 'file', room);
      const incoming = { name, declaredType, file, ended, maxBytes: room.maxBytes };
      return await this.uploads.receive(caller, { ownerKind, ownerId: id }, incoming);
    } finally {
      stopReading(request);
    }
  }

  private answer(request: Request, stored: StoredFile, type: string): UploadAnswer {
    const url = this.links.sign(callerOf(request).tenantId, mediaPath(stored));
    const { file: filename, originalName, size } = stored;
    return { success: true, data: { url, type, filename, originalName, size } };
  }
}

function ownerId(id: string, of: string): Uuid {
  if (!isUuid(id)) throw new FleetError('INVALID_ID', `Invalid ${of} ID format`);
  return id.toLowerCase();
}
