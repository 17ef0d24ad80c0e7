import {
  CreateBucketCommand,
  DeleteObjectCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { clients, createClient, makeDirectory, startProcess } from './testing.mjs';

let folder;
let server;

beforeAll(async () => {
  folder = await makeDirectory();
  server = await startProcess(folder.directory);
});

afterAll(async () => {
  await server?.stop();
  await folder?.remove();
});

describe.each(clients)('a client %s', (_, Bucket, options) => {
  let s3;
  const put = (Key, Body) => s3.send(new PutObjectCommand({ Bucket, Key, Body }));

  beforeAll(async () => {
    s3 = createClient(server.endpoint, options);
    await s3.send(new CreateBucketCommand({ Bucket }));
  });

  afterAll(() => s3.destroy());

  test('lists with prefix, delimiter and pages, in both versions', async () => {
    for (const key of ['l/1', 'l/2', 'l/3', 'l/s/1', 'l/s/2']) await put(key, key);
    const wish = { Bucket, Prefix: 'l/', Delimiter: '/', MaxKeys: 2 };
    const one = await s3.send(new ListObjectsV2Command(wish));
    expect(one).toMatchObject({ IsTruncated: true, KeyCount: 2, Contents: [{ Key: 'l/1' }, { Key: 'l/2' }] });
    const two = await s3.send(new ListObjectsV2Command({ ...wish, ContinuationToken: one.NextContinuationToken }));
    expect(two).toMatchObject({ IsTruncated: false, Contents: [{ Key: 'l/3' }], CommonPrefixes: [{ Prefix: 'l/s/' }] });
    const old = await s3.send(new ListObjectsCommand({ ...wish, MaxKeys: 3 }));
    expect(old).toMatchObject({ IsTruncated: true, NextMarker: 'l/3' });
    const rest = await s3.send(new ListObjectsCommand({ ...wish, Marker: old.NextMarker }));
    expect(rest).toMatchObject({ IsTruncated: false, CommonPrefixes: [{ Prefix: 'l/s/' }] });
    const after = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'l/', StartAfter: 'l/s/1' }));
    expect(after.Contents.map((object) => object.Key)).toEqual(['l/s/2']);
  });

  test('lists keys that XML cannot carry', async () => {
    const key = `x/${String.fromCharCode(1)} ü+\r\n`;
    await put(key, 'x');
    const list = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'x/', EncodingType: 'url' }));
    expect(list.Contents.map((object) => decodeURIComponent(object.Key))).toEqual([key]);
    await s3.send(new DeleteObjectCommand({ Bucket, Key: key }));
  });
});
