import { FleetError, isUuid, mediaPath, type MediaOwnerKind, type Uuid } from '@app/contracts';
import { callerOf, CountsAs, ForUsers } from '@app/identity';
import { MediaLinks } from '@app/platform';
import { kindOf } from '@app/storage';
import { Controller, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { MediaEnv } from '../env.js';
import { stopReading, UploadForm } from './upload-form.js';
import { UploadRights } from './upload-rights.js';
import { UploadsService, type StoredFile } from './uploads.service.js';

/** A file that was uploaded, as ElizaOS answers it. */
interface UploadAnswer {
  success: true;
  data: { url: string; type: string; filename: string; originalName: string; size: number };
}

/** ElizaOS's uploads: a form with one file. */
@ForUsers('media:write')
@CountsAs('uploads')
@Controller()
export class UploadsController {
  constructor(
    @Inject(UploadsService) private readonly uploads: UploadsService,
    @Inject(UploadRights) private readonly rights: UploadRights,
    @Inject(MediaLinks) private readonly links: MediaLinks,
    @Inject(MediaEnv) private readonly env: MediaEnv,
  ) {}

  /** To an agent, which need not exist: the web UI uploads for conversations that begin with the file. */
  @Post('api/media/agents/:id/upload-media')
  @HttpCode(200)
  async toAgent(@Req() request: Request, @Param('id') id: string): Promise<UploadAnswer> {
    const stored = await this.receive(request, 'agent', ownerId(id, 'agent'));
    return this.answer(request, stored, kindOf(stored.type));
  }

  /** To a channel. ElizaOS has this route twice. */
  @Post(['api/media/channels/:id/upload-media', 'api/messaging/channels/:id/upload-media'])
  @HttpCode(200)
  async toChannel(@Req() request: Request, @Param('id') id: string): Promise<UploadAnswer> {
    const stored = await this.receive(request, 'channel', ownerId(id, 'channel'));
    return this.answer(request, stored, stored.type);
  }

  private async receive(request: Request, ownerKind: MediaOwnerKind, id: Uuid): Promise<StoredFile> {
    const caller = callerOf(request);
    try {
      await this.rights.demand(caller, { ownerKind, ownerId: id });
      const maxBytes = this.env.UPLOAD_MAX_MB * 1024 * 1024;
      const form = await UploadForm.open(request, { field: 'file', maxBytes });
      return await this.uploads.receive(caller, { ownerKind, ownerId: id }, form);
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
