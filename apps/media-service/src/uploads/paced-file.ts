import { FleetError } from '@app/contracts';
import type { PartPool } from '@app/storage';
import type { Readable } from 'node:stream';

/** How often is looked whether a file still moves. */
const LOOK_MS = 500;

/** Alone on the machine, a slow upload may take so many times as long. */
const PATIENCE = 4;

/** What a file may take its time with. */
export interface Pace {
  pool: PartPool;
  /** Within so many seconds a part has to fill while others wait for its buffer. */
  seconds: number;
}

/** Who fills a buffer, and since when. */
export interface Filling {
  fillingSince?: number;
}

/** The chunks of a file that has to keep moving: who sends nothing, or keeps a buffer from others, is broken off. */
export class PacedFile implements AsyncIterable<Buffer> {
  /** Whose buffer the file fills, once there is one. */
  writer?: Filling;
  private readonly begunAt = Date.now();
  private silentSince = this.begunAt;
  private isAwaited = true;

  constructor(
    private readonly file: Readable,
    private readonly pace: Pace,
  ) {}

  /** @throws FleetError UPLOAD_TOO_SLOW, and whatever the file fails with */
  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    const watch = setInterval(() => this.look(), LOOK_MS);
    try {
      this.await();
      for await (const chunk of this.file) {
        this.isAwaited = false;
        yield chunk as Buffer;
        this.await();
      }
    } finally {
      clearInterval(watch);
    }
  }

  private await(): void {
    this.silentSince = Date.now();
    this.isAwaited = true;
  }

  private look(): void {
    const { seconds, pool } = this.pace;
    const now = Date.now();
    const silent = this.isAwaited && now - this.silentSince > seconds * 1000;
    // Until it is known what the file is nobody writes it: its beginning may take no longer than a part.
    const since = this.writer ? this.writer.fillingSince : this.begunAt;
    const filling = (now - (since ?? now)) / 1000;
    const isInTheWay = this.writer !== undefined && filling > seconds && pool.waiting > 0;
    if (silent || isInTheWay || filling > seconds * PATIENCE) {
      this.file.destroy(new FleetError('UPLOAD_TOO_SLOW', 'The file came too slowly; try again, or send it in parts'));
    }
  }
}
