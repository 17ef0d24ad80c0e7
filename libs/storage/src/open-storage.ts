import { ObjectListing } from './object-listing.service.js';
import { ObjectStorage } from './object-storage.service.js';
import { ObjectWriters } from './object-writers.js';
import { PartPool } from './part-pool.js';
import { PartStorage } from './part-storage.service.js';
import { S3Connection } from './s3-connection.js';
import type { StorageEnv } from './storage-env.js';
import { StoreGuard } from './store-guard.js';

/** The object store of a program that ends. */
export interface OpenStorage {
  objects: ObjectStorage;
  writers: ObjectWriters;
  listing: ObjectListing;
  close(): Promise<void>;
}

/** Opens the object store where there are no modules to ask for it. Throws unless it answers. */
export async function openStorage(env: StorageEnv): Promise<OpenStorage> {
  const connection = new S3Connection(env);
  const guard = new StoreGuard();
  const objects = new ObjectStorage(connection, guard);
  const close = (): Promise<void> => connection.onModuleDestroy();
  try {
    await objects.check();
  } catch (error) {
    await close();
    throw error;
  }
  const writers = new ObjectWriters(objects, new PartStorage(connection, guard), new PartPool(env));
  return { objects, writers, listing: new ObjectListing(connection, guard), close };
}
