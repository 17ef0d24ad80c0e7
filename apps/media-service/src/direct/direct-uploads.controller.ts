import {
  BeginUploadDto,
  FleetError,
  isUuid,
  mediaPath,
  PartUrls,
  PartUrlsDto,
  UploadAborted,
  UploadBegun,
  CompletedFile,
  UploadedPart,
  UploadView,
  type Uuid,
} from '@app/contracts';
import { callerOf, CountsAs, ForUsers } from '@app/identity';
import { Answers, MediaLinks, Refuses, TakesBytes } from '@app/platform';
import type { UploadRow } from '@app/persistence';
import { PART_BYTES } from '@app/storage';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Put, Req } from '@nestjs/common';
import type { Request } from 'express';
import { stopReading } from '../uploads/upload-form.js';
import { UploadBeginning } from './upload-beginning.js';
import { UploadCompletion } from './upload-completion.js';
import { UploadParts } from './upload-parts.js';
import { partCount } from './upload-plan.js';
import { UploadRegister } from './upload-register.js';

/** Answers in ElizaOS's envelope. */
interface Answer<T> {
  success: true;
  data: T;
}

/** Uploads of several requests: a form that goes to the object store itself, or parts, which may also come through us. */
@ForUsers('media:write')
@Controller('api/media/uploads')
export class DirectUploadsController {
  constructor(
    @Inject(UploadRegister) private readonly register: UploadRegister,
    @Inject(UploadBeginning) private readonly beginning: UploadBeginning,
    @Inject(UploadParts) private readonly parts: UploadParts,
    @Inject(UploadCompletion) private readonly completion: UploadCompletion,
    @Inject(MediaLinks) private readonly links: MediaLinks,
  ) {}

  /** Begins an upload. A form is answered with where to send it and its fields; the file goes last, as `file`. */
  @Post()
  @CountsAs('uploads')
  @Answers(UploadBegun)
  @Refuses('UNSUPPORTED_MEDIA_TYPE', 'PAYLOAD_TOO_LARGE', 'QUOTA_EXCEEDED', 'CHANNEL_NOT_FOUND', 'STORAGE_UNAVAILABLE')
  async begin(@Req() request: Request, @Body() body: BeginUploadDto): Promise<Answer<UploadBegun>> {
    return answer(await this.beginning.begin(callerOf(request), body));
  }

  /** How far an upload is: which parts have arrived, and the file once it is ready. */
  @Get(':id')
  @Answers(UploadView)
  @Refuses('INVALID_ID', 'UPLOAD_NOT_FOUND', 'STORAGE_UNAVAILABLE')
  async get(@Req() request: Request, @Param('id') id: string): Promise<Answer<UploadView>> {
    const caller = callerOf(request);
    const upload = await this.register.get(caller, idOf(id));
    const { way, size, expiresAt, fault } = upload;
    const state = upload.state === 'open' && upload.completing ? 'completing' : upload.state;
    const view: UploadView = { id: upload.id, way, state, size, expiresAt };
    if (way === 'parts') {
      Object.assign(view, { partBytes: PART_BYTES, partCount: partCount(size) });
      if (state === 'open') view.parts = await this.parts.received(caller, upload);
    }
    if (state === 'ready') view.file = this.fileOf(caller.tenantId, upload);
    if (fault) view.refusal = fault;
    return answer(view);
  }

  /** Signs addresses of the object store to which parts are PUT. */
  @Post(':id/part-urls')
  @HttpCode(200)
  @Answers(PartUrls)
  @Refuses('INVALID_ID', 'UPLOAD_NOT_FOUND', 'CONFLICT')
  async partUrls(
    @Req() request: Request,
    @Param('id') id: string,
    @Body() { numbers }: PartUrlsDto,
  ): Promise<Answer<PartUrls>> {
    return answer(await this.parts.partUrls(callerOf(request), idOf(id), numbers));
  }

  /** Takes a part, as `application/octet-stream`, from those who cannot reach the object store. Sent again it replaces itself. */
  @Put(':id/parts/:number')
  @TakesBytes('The bytes of the part, as many as its upload says')
  @Answers(UploadedPart)
  @Refuses(
    'INVALID_ID',
    'UPLOAD_NOT_FOUND',
    'CONFLICT',
    'PAYLOAD_TOO_LARGE',
    'UPLOAD_TOO_SLOW',
    'UPLOADS_BUSY',
    'STORAGE_UNAVAILABLE',
  )
  async takePart(
    @Req() request: Request,
    @Param('id') id: string,
    @Param('number') number: string,
  ): Promise<Answer<UploadedPart>> {
    const part = { id: idOf(id), number: /^\d{1,5}$/.test(number) ? Number(number) : NaN };
    try {
      return answer(await this.parts.takePart(callerOf(request), part, request));
    } finally {
      stopReading(request);
    }
  }

  /** Completes an upload: what has arrived is looked at, and then can be seen. Completed again it answers the same. */
  @Post(':id/complete')
  @HttpCode(200)
  @Answers(CompletedFile)
  @Refuses(
    ...([
      'INVALID_ID',
      'UPLOAD_NOT_FOUND',
      'UPLOAD_INCOMPLETE',
      'CONFLICT',
      'UNSUPPORTED_MEDIA_TYPE',
      'FILE_REFUSED',
    ] as const),
    ...(['UPLOADS_BUSY', 'STORAGE_UNAVAILABLE', 'SCANNER_UNAVAILABLE'] as const),
  )
  async complete(@Req() request: Request, @Param('id') id: string): Promise<Answer<CompletedFile>> {
    const caller = callerOf(request);
    return answer(this.fileOf(caller.tenantId, await this.completion.complete(caller, idOf(id))));
  }

  /** Gives an upload up, with all that has arrived. */
  @Delete(':id')
  @Answers(UploadAborted)
  @Refuses('INVALID_ID', 'UPLOAD_NOT_FOUND', 'CONFLICT')
  async abort(@Req() request: Request, @Param('id') id: string): Promise<Answer<UploadAborted>> {
    await this.completion.abort(callerOf(request), idOf(id));
    return answer({ aborted: true });
  }

  private fileOf(tenantId: Uuid, upload: UploadRow): CompletedFile {
    const { file: filename, originalName, size, type } = upload;
    return { url: this.links.sign(tenantId, mediaPath(upload)), type, filename, originalName, size };
  }
}

function answer<T>(data: T): Answer<T> {
  return { success: true, data };
}

/** @throws FleetError INVALID_ID */
function idOf(id: string): Uuid {
  if (!isUuid(id)) throw new FleetError('INVALID_ID', 'Invalid upload ID format');
  return id.toLowerCase();
}
