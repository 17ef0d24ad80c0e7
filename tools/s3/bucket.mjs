import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { readRecords } from './disk.mjs';
import { S3Error } from './errors.mjs';
import { KeyedLock } from './keyed-lock.mjs';
import { byUtf8 } from './listing.mjs';
import { sha256 } from './signature.mjs';
import { Uploads } from './uploads.mjs';

/**
 * @typedef {object} StoredObject
 * @property {string} key
 * @property {string} data name of the file with the bytes
 * @property {number} size
 * @property {string} etag
 * @property {number} modified milliseconds since 1970
 * @property {Record<string, string>} checksums
 * @property {Record<string, string>} headers
 * @property {string} [checksumType]
 */

/**
 * The objects of one bucket. A key never becomes a path: the record of an object is named by the key's hash.
 * Each version has a data file of its own that never changes, so that a reader keeps the version it began with.
 */
export class Bucket {
  #directory;
  #temporary;
  #objects = new Map();
  #sorted;
  #locks = new KeyedLock();

  /**
   * Opens a bucket's folder, and makes it when it is new.
   * @param {string} directory
   * @param {import('./disk.mjs').TemporaryFolder} temporary
   */
  static async open(directory, temporary) {
    const bucket = new Bucket(directory, temporary);
    await mkdir(bucket.#directory, { recursive: true });
    for (const record of await readRecords(bucket.#directory)) bucket.#objects.set(record.key, record);
    bucket.uploads = await Uploads.open(path.join(directory, 'uploads'), temporary);
    return bucket;
  }

  constructor(directory, temporary) {
    this.name = path.basename(directory);
    this.#directory = path.join(directory, 'objects');
    this.#temporary = temporary;
  }

  get isEmpty() {
    return this.#objects.size === 0;
  }

  /** All keys in the order of their UTF-8 bytes. */
  get sortedKeys() {
    this.#sorted ??= [...this.#objects.keys()].sort(byUtf8);
    return this.#sorted;
  }

  /** @returns {StoredObject | undefined} */
  find(key) {
    return this.#objects.get(key);
  }

  /** @returns {StoredObject} */
  get(key) {
    const object = this.find(key);
    if (!object) throw new S3Error('NoSuchKey');
    return object;
  }

  /** Opens the newest version for reading. The caller closes the handle. */
  async openObject(key) {
    for (;;) {
      const object = this.get(key);
      try {
        return { object, handle: await open(path.join(this.#directory, object.data)) };
      } catch (error) {
        // It was replaced or deleted between look-up and opening: look again.
        if (error.code !== 'ENOENT' || this.find(key) === object) throw error;
      }
    }
  }

  /**
   * Makes a finished file the newest version of a key.
   * @param {string} file is moved into the bucket
   * @param {Omit<StoredObject, 'data' | 'modified'>} description
   * @param {(current?: StoredObject) => void} condition throws when the write may not happen; nothing comes in between
   */
  async commit(file, description, condition = () => {}) {
    const { key } = description;
    return this.#locks.run(key, async () => {
      const before = this.find(key);
      condition(before);
      const object = { ...description, data: `${sha256(key)}.${randomUUID()}.data`, modified: Date.now() };
      await rename(file, path.join(this.#directory, object.data));
      await this.#temporary.writeJson(this.#record(key), object);
      this.#objects.set(key, object);
      if (before) await this.#removeData(before);
      else this.#sorted = undefined;
      return object;
    });
  }

  /** Deletes a key. A key that does not exist is deleted already. */
  async remove(key, condition = () => {}) {
    await this.#locks.run(key, async () => {
      const object = this.find(key);
      condition(object);
      if (!object) return;
      this.#objects.delete(key);
      this.#sorted = undefined;
      await rm(this.#record(key), { force: true });
      await this.#removeData(object);
    });
  }

  #record(key) {
    return path.join(this.#directory, `${sha256(key)}.json`);
  }

  async #removeData(object) {
    await rm(path.join(this.#directory, object.data), { force: true });
  }
}
