import { newId } from '@app/contracts';
import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { ObjectStorage, S3Connection, StoreGuard, type ObjectAddress } from '../src/index.js';
import { storageEnv } from './storage-env.js';

const md5 = (bytes: Buffer): string => createHash('md5').update(bytes).digest('hex');

describe.each(['supported', 'required'])('with checksums where %s', (checksums) => {
  const connection = new S3Connection(storageEnv({ S3_CHECKSUMS: checksums }));
  const storage = new ObjectStorage(connection, new StoreGuard());
  const address: ObjectAddress = { tenantId: newId(), path: ['uploads', 'ü & 1.txt'] };

  beforeAll(() => storage.check());
  afterAll(() => connection.onModuleDestroy());

  test('the bucket is made once, also when two look for it', async () => {
    await Promise.all([storage.check(), storage.check(), new ObjectStorage(connection, new StoreGuard()).check()]);
  });

  test('an object comes back as it was stored', async () => {
    const body = Buffer.from('hello');
    await storage.put(address, { body, contentType: 'text/plain' });
    expect(await storage.find(address)).toMatchObject({ length: 5, contentType: 'text/plain', etag: `"${md5(body)}"` });
    const { stream, ...info } = await storage.get(address);
    expect(info).toEqual(await storage.find(address));
    expect(await buffer(stream)).toEqual(body);
  });

  test('a stream is stored without being held in memory', async () => {
    const bytes = randomBytes(3_000_000);
    const pieces = [bytes.subarray(0, 1), bytes.subarray(1, 2_000_000), bytes.subarray(2_000_000)];
    const body = { stream: Readable.from(pieces), length: bytes.length };
    await storage.put(address, { body, contentType: 'video/mp4' });
    expect(md5(await buffer((await storage.get(address)).stream))).toBe(md5(bytes));
  });

  test('another tenant finds nothing at the same path', async () => {
    await storage.put(address, { body: Buffer.from('mine'), contentType: 'text/plain' });
    const foreign: ObjectAddress = { ...address, tenantId: newId() };
    expect(await storage.find(foreign)).toBeUndefined();
    await expect(storage.get(foreign)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await storage.delete(foreign);
    expect(await storage.find(address)).toBeDefined();
  });

  test('what is deleted is gone, and can be deleted again', async () => {
    await storage.put(address, { body: Buffer.from('x'), contentType: 'text/plain' });
    await storage.delete(address);
    await storage.delete(address);
    expect(await storage.find(address)).toBeUndefined();
  });
});
