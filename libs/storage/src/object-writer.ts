import type { ObjectStorage } from './object-storage.service.js';
import { PART_BYTES, type PartPool } from './part-pool.js';
import type { PartedObject, PartStorage, StoredPart } from './part-storage.service.js';
import type { ObjectAddress } from './stored-object.js';

/** So many parts of one upload are on their way at once. */
const IN_FLIGHT = 4;

/** Whom a writer works with. */
export interface WriterParts {
  objects: ObjectStorage;
  parts: PartStorage;
  pool: PartPool;
}

/**
 * Writes an object of unknown length with bounded memory: what fits into one part is stored at once when it has ended,
 * what is longer goes part by part. Either the object is whole after {@link finish}, or there is none.
 */
export class ObjectWriter {
  private readonly flying = new Map<number, Promise<void>>();
  private readonly stored: StoredPart[] = [];
  private current?: Buffer;
  private used = 0;
  private count = 0;
  private object?: PartedObject;
  private fault?: unknown;
  /** When the part that is being filled got its buffer; undefined while none is. */
  fillingSince?: number;

  constructor(
    private readonly to: WriterParts,
    private readonly address: ObjectAddress,
    private readonly contentType: string,
  ) {}

  /** Takes all of a chunk. Resolves when there is room for more. */
  async write(chunk: Uint8Array): Promise<void> {
    for (let from = 0; from < chunk.length;) {
      this.throwFault();
      const buffer = (this.current ??= await this.room());
      this.fillingSince ??= Date.now();
      const taken = Math.min(chunk.length - from, PART_BYTES - this.used);
      buffer.set(chunk.subarray(from, from + taken), this.used);
      from += taken;
      this.used += taken;
      if (this.used === PART_BYTES) await this.send();
    }
  }

  /** All of the object while none of it has gone: until {@link finish}, and only if it fits into one part. */
  get whole(): Buffer | undefined {
    return this.count === 0 ? (this.current?.subarray(0, this.used) ?? Buffer.alloc(0)) : undefined;
  }

  /** Stores what is left and makes the object whole. */
  async finish(): Promise<void> {
    this.fillingSince = undefined;
    if (!this.object) {
      const body = this.current?.subarray(0, this.used) ?? Buffer.alloc(0);
      await this.to.objects.put(this.address, { body, contentType: this.contentType });
      this.giveBack();
      return;
    }
    if (this.used > 0) await this.send();
    await Promise.all(this.flying.values());
    this.throwFault();
    await this.to.parts.complete(this.object, this.stored);
    this.object = undefined;
  }

  /** Leaves nothing behind that was stored so far, as far as the store can be reached. */
  async abandon(): Promise<void> {
    this.fillingSince = undefined;
    this.giveBack();
    await Promise.all(this.flying.values());
    if (this.object) await this.to.parts.abort(this.object);
    // Also one whose storing failed: the store may have done it all the same.
    await this.to.objects.delete(this.address);
  }

  private async room(): Promise<Buffer> {
    while (this.flying.size >= IN_FLIGHT) await Promise.race(this.flying.values());
    this.throwFault();
    return this.to.pool.take();
  }

  private async send(): Promise<void> {
    const buffer = this.current!;
    const body = buffer.subarray(0, this.used);
    this.current = undefined;
    this.used = 0;
    this.fillingSince = undefined;
    const number = (this.count += 1);
    try {
      this.object ??= await this.to.parts.begin(this.address, this.contentType);
    } catch (error) {
      this.to.pool.give(buffer);
      throw error;
    }
    const sent = this.to.parts
      .store(this.object, number, body)
      .then((part) => void this.stored.push(part))
      .catch((error: unknown) => void (this.fault ??= error))
      .finally(() => {
        this.flying.delete(number);
        this.to.pool.give(buffer);
      });
    this.flying.set(number, sent);
  }

  private giveBack(): void {
    if (this.current) this.to.pool.give(this.current);
    this.current = undefined;
    this.used = 0;
  }

  private throwFault(): void {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- thrown as it was caught
    if (this.fault !== undefined) throw this.fault;
  }
}
