import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { readRecords } from './disk.mjs';
import { S3Error } from './errors.mjs';
import { KeyedLock } from './keyed-lock.mjs';
import { byUtf8 } from './listing.mjs';

const aboutFile = 'upload.about';

/**
 * @typedef {object} Part
 * @property {number} number
 * @property {string} data name of the file with the bytes
 * @property {number} size
 * @property {string} etag
 * @property {number} modified
 * @property {Record<string, string>} checksums
 *
 * @typedef {object} MultipartUpload
 * @property {string} id
 * @property {string} key
 * @property {number} initiated
 * @property {Record<string, string>} headers what the object will carry
 * @property {string} [algorithm] the checksum the client announced for its parts
 * @property {string} [checksumType] FULL_OBJECT when the client will compare the checksum of the whole object
 * @property {Map<number, Part>} parts
 */

/** The multipart uploads in progress in one bucket. Parts and records are on disk, so that they survive a restart. */
export class Uploads {
  #directory;
  #temporary;
  #uploads = new Map();
  #locks = new KeyedLock();

  /**
   * @param {string} directory
   * @param {import('./disk.mjs').TemporaryFolder} temporary
   */
  static async open(directory, temporary) {
    const uploads = new Uploads(directory, temporary);
    await mkdir(directory, { recursive: true });
    for (const id of await readdir(directory)) await uploads.#load(id);
    return uploads;
  }

  constructor(directory, temporary) {
    this.#directory = directory;
    this.#temporary = temporary;
  }

  /** All uploads, by key and then by age. */
  list() {
    return [...this.#uploads.values()].sort(
      (one, other) => byUtf8(one.key, other.key) || one.initiated - other.initiated || byUtf8(one.id, other.id),
    );
  }

  /** @returns {MultipartUpload} */
  get(id, key) {
    const upload = this.#uploads.get(id);
    if (!upload || upload.key !== key) throw new S3Error('NoSuchUpload');
    return upload;
  }

  /**
   * Begins an upload.
   * @param {Pick<MultipartUpload, 'key' | 'headers' | 'algorithm' | 'checksumType'>} description
   */
  async create(description) {
    const about = { id: randomUUID(), initiated: Date.now(), ...description };
    await mkdir(this.#folder(about));
    await this.#temporary.writeJson(path.join(this.#folder(about), aboutFile), about);
    this.#uploads.set(about.id, { ...about, parts: new Map() });
    return about;
  }

  /**
   * Makes a finished file a part of an upload. A part that is sent again replaces the earlier one.
   * @param {MultipartUpload} upload
   * @param {string} file is moved
   * @param {Omit<Part, 'data' | 'modified'>} description
   * @returns {Promise<Part>}
   */
  async addPart(upload, file, description) {
    return this.#locks.run(upload.id, async () => {
      this.get(upload.id, upload.key);
      const part = { ...description, data: `${randomUUID()}.data`, modified: Date.now() };
      await rename(file, this.pathOf(upload, part));
      await this.#temporary.writeJson(path.join(this.#folder(upload), `${part.number}.json`), part);
      const before = upload.parts.get(part.number);
      upload.parts.set(part.number, part);
      if (before) await rm(this.pathOf(upload, before), { force: true });
      return part;
    });
  }

  /**
   * Ends an upload: runs `work` while no part can be added, then forgets the upload and its parts.
   * When `work` fails, the upload stays as it is.
   * @template T
   * @param {MultipartUpload} upload
   * @param {() => Promise<T>} [work]
   * @returns {Promise<T>}
   */
  async finish(upload, work = async () => {}) {
    return this.#locks.run(upload.id, async () => {
      this.get(upload.id, upload.key);
      const result = await work();
      this.#uploads.delete(upload.id);
      await rm(this.#folder(upload), { recursive: true, force: true });
      return result;
    });
  }

  /** Where the bytes of a part are. */
  pathOf(upload, part) {
    return path.join(this.#folder(upload), part.data);
  }

  #folder(upload) {
    return path.join(this.#directory, upload.id);
  }

  async #load(id) {
    let about;
    try {
      about = JSON.parse(await readFile(path.join(this.#directory, id, aboutFile), 'utf8'));
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
      // The process was killed while it began or removed this upload.
      await rm(path.join(this.#directory, id), { recursive: true, force: true });
      return;
    }
    const records = await readRecords(this.#folder(about));
    this.#uploads.set(id, { ...about, parts: new Map(records.map((part) => [part.number, part])) });
  }
}
