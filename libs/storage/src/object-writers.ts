import { Inject, Injectable } from '@nestjs/common';
import { ObjectStorage } from './object-storage.service.js';
import { ObjectWriter } from './object-writer.js';
import { PartPool } from './part-pool.js';
import { PartStorage } from './part-storage.service.js';
import type { ObjectAddress } from './stored-object.js';

/** Makes writers that share the memory of this process. */
@Injectable()
export class ObjectWriters {
  constructor(
    @Inject(ObjectStorage) private readonly objects: ObjectStorage,
    @Inject(PartStorage) private readonly parts: PartStorage,
    @Inject(PartPool) readonly pool: PartPool,
  ) {}

  /** A writer of one object. Whoever begins one finishes or abandons it. */
  begin(address: ObjectAddress, contentType: string): ObjectWriter {
    return new ObjectWriter({ objects: this.objects, parts: this.parts, pool: this.pool }, address, contentType);
  }
}
