import { FleetError } from '@app/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { StorageEnv } from './storage-env.js';

/** The least S3 takes as a part that is not the last. */
export const PART_BYTES = 5 * 1024 * 1024;

/** How long an upload waits for its turn. */
const WAIT_MS = 60_000;

interface Waiting {
  take(buffer: Buffer): void;
  timer: NodeJS.Timeout;
}

/**
 * The memory of all uploads of this process. A part takes its buffer when its first byte comes and gives it back when
 * S3 has it; who finds none waits in line, and meanwhile reads nothing.
 */
@Injectable()
export class PartPool {
  private readonly free: Buffer[] = [];
  private readonly line: Waiting[] = [];
  private readonly most: number;
  private made = 0;

  constructor(@Inject(StorageEnv) env: StorageEnv) {
    this.most = Math.floor((env.UPLOAD_BUFFER_MB * 1024 * 1024) / PART_BYTES);
  }

  /** How many wait for a buffer. */
  get waiting(): number {
    return this.line.length;
  }

  /** How many buffers are in use. */
  get taken(): number {
    return this.made - this.free.length;
  }

  /** @throws FleetError UPLOADS_BUSY when none came free for a minute */
  take(): Promise<Buffer> {
    const buffer = this.free.pop() ?? this.make();
    if (buffer) return Promise.resolve(buffer);
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        take: resolve,
        timer: setTimeout(() => {
          this.line.splice(this.line.indexOf(waiting), 1);
          reject(new FleetError('UPLOADS_BUSY', 'Too many uploads are under way; try again shortly'));
        }, WAIT_MS),
      };
      this.line.push(waiting);
    });
  }

  /** Nobody may hold on to a buffer that was given back. */
  give(buffer: Buffer): void {
    const next = this.line.shift();
    if (!next) {
      this.free.push(buffer);
      return;
    }
    clearTimeout(next.timer);
    next.take(buffer);
  }

  private make(): Buffer | undefined {
    if (this.made >= this.most) return undefined;
    this.made += 1;
    return Buffer.allocUnsafeSlow(PART_BYTES);
  }
}
