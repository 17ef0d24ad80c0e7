import { FleetError, isMediaFile, type MediaPlace } from '@app/contracts';
import { Public } from '@app/identity';
import { FilePasses, type FilePass } from '@app/platform';
import { kindOf } from '@app/storage';
import { Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import { ApiExcludeEndpoint } from '@nestjs/swagger';
import type { Request } from 'express';
import { PassThrough } from 'node:stream';
import { MediaEnv } from '../env.js';
import { stopReading } from '../uploads/upload-form.js';
import { UploadsService } from '../uploads/uploads.service.js';

/** What is refused ends this stream, and not the connection that the refusal is told over. */
function bodyOf(request: Request): PassThrough {
  const body = new PassThrough();
  request.once('close', () => {
    if (!request.complete) body.destroy(new FleetError('INVALID_REQUEST', 'The connection ended before the file did'));
  });
  return request.pipe(body);
}

/** A file that was taken in, as its reply is to show it. */
interface KeptFile extends MediaPlace {
  kind: string;
  type: string;
  size: number;
}

/** Takes in what agents make. Workers bring it, with a pass for each file; nobody else can make one. */
@Public()
@Controller('internal/generated')
export class GeneratedController {
  private readonly passes: FilePasses;

  constructor(
    @Inject(UploadsService) private readonly uploads: UploadsService,
    @Inject(MediaEnv) private readonly env: MediaEnv,
  ) {
    this.passes = new FilePasses(env.ENCRYPTION_KEY);
  }

  /** The body is the file. It is seen once a message of the agent shows it, and swept when none does. */
  @Post()
  @HttpCode(201)
  @ApiExcludeEndpoint()
  async take(@Req() request: Request): Promise<KeptFile> {
    try {
      const pass = this.passOf(request);
      const most = this.env.UPLOAD_MAX_MB * 1024 * 1024;
      // Passes are only given to processes of ours, which know how long their file is.
      const length = Number(request.header('content-length') ?? NaN);
      if (!(length <= most)) throw new FleetError('PAYLOAD_TOO_LARGE', `The file is larger than ${most} bytes`);
      const { tenantId, agentId, file, name, type } = pass;
      const owner = { ownerKind: 'generated', ownerId: agentId, file } as const;
      const incoming = { name, declaredType: type, maxBytes: length, file: bodyOf(request), ended: Promise.resolve() };
      const stored = await this.uploads.receive({ tenantId }, owner, incoming);
      const { ownerKind, ownerId } = stored;
      return { ownerKind, ownerId, file, kind: kindOf(stored.type), type: stored.type, size: stored.size };
    } finally {
      stopReading(request);
    }
  }

  private passOf(request: Request): FilePass {
    const [, text = ''] = /^Bearer (.+)$/.exec(request.header('authorization') ?? '') ?? [];
    const pass = this.passes.open(text);
    if (!pass || !isMediaFile(pass.file)) throw new FleetError('UNAUTHORIZED', 'A pass for the file is needed');
    return pass;
  }
}
