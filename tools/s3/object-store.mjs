import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Bucket } from './bucket.mjs';
import { TemporaryFolder } from './disk.mjs';
import { S3Error } from './errors.mjs';
import { KeyedLock } from './keyed-lock.mjs';

// Bucket names become folder names, so nothing may pass here that means something in a path.
const bucketName = /^(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/**
 * All buckets of one folder on disk:
 *
 *     tmp/                                  files in the making
 *     buckets/<name>/objects/<hash>.json    one record for each key, with the name of its data file
 *     buckets/<name>/uploads/<id>/          a multipart upload in progress
 *
 * Files are moved into place when they are complete. They are not forced to the platter: a killed process loses
 * nothing, a power cut may lose the last seconds.
 */
export class ObjectStore {
  #directory;
  #buckets = new Map();
  #locks = new KeyedLock();

  /** @param {string} directory */
  static async open(directory) {
    const store = new ObjectStore(path.join(path.resolve(directory), 'buckets'));
    await mkdir(store.#directory, { recursive: true });
    store.temporary = await TemporaryFolder.open(path.join(path.resolve(directory), 'tmp'));
    for (const name of await readdir(store.#directory)) await store.#load(name);
    return store;
  }

  constructor(directory) {
    this.#directory = directory;
  }

  /** The buckets by name. */
  list() {
    return [...this.#buckets.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  /** @returns {Bucket | undefined} */
  find(name) {
    return this.#buckets.get(name);
  }

  /** @returns {Bucket} */
  get(name) {
    const bucket = this.find(name);
    if (!bucket) throw new S3Error('NoSuchBucket');
    return bucket;
  }

  async create(name) {
    if (!bucketName.test(name)) throw new S3Error('InvalidBucketName');
    await this.#locks.run(name, async () => {
      if (this.find(name)) throw new S3Error('BucketAlreadyOwnedByYou');
      await this.#load(name);
    });
  }

  async remove(name) {
    if (!this.get(name).isEmpty) throw new S3Error('BucketNotEmpty');
    this.#buckets.delete(name);
    await rm(path.join(this.#directory, name), { recursive: true, force: true });
  }

  async #load(name) {
    const directory = path.join(this.#directory, name);
    const bucket = await Bucket.open(directory, this.temporary);
    bucket.created = (await stat(directory)).birthtimeMs;
    this.#buckets.set(name, bucket);
  }
}
