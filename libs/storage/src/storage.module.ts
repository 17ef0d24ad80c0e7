import { Module } from '@nestjs/common';
import { ObjectListing } from './object-listing.service.js';
import { ObjectStorage } from './object-storage.service.js';
import { ObjectWriters } from './object-writers.js';
import { PartPool } from './part-pool.js';
import { PartStorage } from './part-storage.service.js';
import { Presigner } from './presigner.service.js';
import { S3Connection } from './s3-connection.js';
import { StoreGuard } from './store-guard.js';

/** Offers {@link ObjectStorage}, whole and in parts, on the store of the process's settings. */
@Module({
  providers: [S3Connection, StoreGuard, ObjectStorage, ObjectListing, PartPool, PartStorage, ObjectWriters, Presigner],
  exports: [ObjectStorage, ObjectListing, PartPool, PartStorage, ObjectWriters, Presigner],
})
export class StorageModule {}
