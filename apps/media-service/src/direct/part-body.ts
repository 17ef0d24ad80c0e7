import { FleetError } from '@app/contracts';
import { PartPool } from '@app/storage';
import { Inject, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { PassThrough } from 'node:stream';
import { MediaEnv } from '../env.js';
import { PacedFile, type Filling } from '../uploads/paced-file.js';

/** Reads parts that come as bodies, each into one buffer of the pool that all uploads share. */
@Injectable()
export class PartBodies {
  constructor(
    @Inject(PartPool) private readonly pool: PartPool,
    @Inject(MediaEnv) private readonly env: MediaEnv,
  ) {}

  /**
   * Hands a body of exactly this length to `use`. Its bytes are nobody's any more when that is done.
   *
   * @throws FleetError PAYLOAD_TOO_LARGE, INVALID_REQUEST for less than was announced, UPLOAD_TOO_SLOW, UPLOADS_BUSY
   */
  async read<T>(request: Request, length: number, use: (body: Buffer) => Promise<T>): Promise<T> {
    demandBytes(request, length);
    const filling: Filling & { buffer?: Buffer } = {};
    try {
      await this.fill(request, length, filling);
      return await use(filling.buffer!.subarray(0, length));
    } finally {
      if (filling.buffer) this.pool.give(filling.buffer);
    }
  }

  private async fill(request: Request, length: number, filling: Filling & { buffer?: Buffer }): Promise<void> {
    const paced = new PacedFile(bodyOf(request), { pool: this.pool, seconds: this.env.UPLOAD_PART_SECONDS });
    paced.writer = filling;
    let used = 0;
    for await (const chunk of paced) {
      if (used + chunk.length > length) throw tooLong(length);
      filling.buffer ??= await this.pool.take();
      filling.fillingSince ??= Date.now();
      filling.buffer.set(chunk, used);
      used += chunk.length;
    }
    filling.fillingSince = undefined;
    if (used !== length) throw tooShort(length);
  }
}

/** What can be refused before a byte was read, is. */
function demandBytes(request: Request, length: number): void {
  if (request.is('json')) throw new FleetError('INVALID_CONTENT_TYPE', 'Send parts as application/octet-stream');
  const announced = request.header('content-length');
  if (announced === undefined) return;
  if (Number(announced) > length) throw tooLong(length);
  if (Number(announced) < length) throw tooShort(length);
}

/** Not the request itself: whoever breaks off its body still wants to answer it. */
function bodyOf(request: Request): PassThrough {
  const body = new PassThrough();
  request.once('close', () => {
    if (!request.complete) body.destroy(new FleetError('INVALID_REQUEST', 'The connection ended before the part did'));
  });
  return request.pipe(body);
}

function tooLong(length: number): FleetError {
  return new FleetError('PAYLOAD_TOO_LARGE', `This part has ${length} bytes, and not more`);
}

function tooShort(length: number): FleetError {
  return new FleetError('INVALID_REQUEST', `This part has ${length} bytes, and not less`);
}
