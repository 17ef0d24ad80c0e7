import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { bytesOf, clients, createClient, failureOf, makeDirectory, startProcess } from './testing.mjs';

const mebibyte = 2 ** 20;
const md5 = (bytes) => createHash('md5').update(bytes).digest('hex');

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
  const get = (Key, more = {}) => s3.send(new GetObjectCommand({ Bucket, Key, ...more }));

  beforeAll(async () => {
    s3 = createClient(server.endpoint, options);
    await s3.send(new CreateBucketCommand({ Bucket }));
  });

  afterAll(() => s3.destroy());

  test('uploads in parts', async () => {
    const bytes = randomBytes(10 * mebibyte + 1);
    const upload = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'parts', ContentType: 'video/mp4' }));
    const wish = { Bucket, Key: 'parts', UploadId: upload.UploadId };
    const sent = [];
    for (const PartNumber of [1, 2, 3]) {
      const Body = bytes.subarray((PartNumber - 1) * 5 * mebibyte, PartNumber * 5 * mebibyte);
      sent.push({ PartNumber, ...(await s3.send(new UploadPartCommand({ ...wish, PartNumber, Body }))) });
    }
    const page = await s3.send(new ListPartsCommand({ ...wish, MaxParts: 2 }));
    expect(page).toMatchObject({ IsTruncated: true, Parts: [{ PartNumber: 1 }, { PartNumber: 2 }] });
    const last = await s3.send(new ListPartsCommand({ ...wish, PartNumberMarker: page.NextPartNumberMarker }));
    expect(last).toMatchObject({ IsTruncated: false, Parts: [{ PartNumber: 3, Size: 1 }] });
    const complete = (Parts) => s3.send(new CompleteMultipartUploadCommand({ ...wish, MultipartUpload: { Parts } }));
    const [one, two, three] = sent.map(({ PartNumber, ETag, ChecksumCRC32 }) => ({ PartNumber, ETag, ChecksumCRC32 }));
    expect(await failureOf(complete([two, one]))).toMatchObject({ name: 'InvalidPartOrder' });
    expect(await failureOf(complete([one, { ...two, ETag: one.ETag }]))).toMatchObject({ name: 'InvalidPart' });
    expect(await failureOf(complete([{ ...three }, { PartNumber: 4, ETag: one.ETag }]))).toMatchObject({ status: 400 });
    const done = await complete([one, two, three]);
    expect(done.ETag).toMatch(/^"[0-9a-f]{32}-3"$/);
    const answer = await get('parts', { ChecksumMode: 'ENABLED' });
    expect(answer.ContentType).toBe('video/mp4');
    expect(md5(await bytesOf(answer))).toBe(md5(bytes));
    expect(await failureOf(complete([one, two, three]))).toMatchObject({ name: 'NoSuchUpload' });
  });

  test('has the checksum of the whole object checked and kept', async () => {
    const about = { Bucket, Key: 'whole', ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' };
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand(about));
    const wish = { Bucket, Key: 'whole', UploadId, ChecksumType: 'FULL_OBJECT' };
    const part = new UploadPartCommand({ ...wish, PartNumber: 1, Body: 'abc', ChecksumAlgorithm: 'CRC32' });
    const { ETag, ChecksumCRC32 } = await s3.send(part);
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag, ChecksumCRC32 }] };
    const complete = (sum) =>
      s3.send(new CompleteMultipartUploadCommand({ ...wish, MultipartUpload, ChecksumCRC32: sum }));
    expect(await failureOf(complete('AAAAAA=='))).toEqual({ name: 'BadDigest', status: 400 });
    expect(await complete('NSRBwg==')).toMatchObject({ ChecksumCRC32: 'NSRBwg==', ChecksumType: 'FULL_OBJECT' });
    const answer = await get('whole', { ChecksumMode: 'ENABLED' });
    expect((await bytesOf(answer)).toString()).toBe('abc');
    expect(answer.ChecksumCRC32).toBe('NSRBwg==');
  });

  test('is refused parts that are too small', async () => {
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'small' }));
    const wish = { Bucket, Key: 'small', UploadId };
    const Parts = [];
    for (const PartNumber of [1, 2]) {
      const { ETag } = await s3.send(new UploadPartCommand({ ...wish, PartNumber, Body: 'tiny' }));
      Parts.push({ PartNumber, ETag });
    }
    const done = s3.send(new CompleteMultipartUploadCommand({ ...wish, MultipartUpload: { Parts } }));
    expect(await failureOf(done)).toMatchObject({ name: 'EntityTooSmall' });
    await s3.send(new AbortMultipartUploadCommand(wish));
    expect(await failureOf(s3.send(new ListPartsCommand(wish)))).toMatchObject({ name: 'NoSuchUpload', status: 404 });
  });

  test('lists uploads in pages', async () => {
    const keys = ['u/1', 'u/2', 'u/2'];
    for (const Key of keys) await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    const one = await s3.send(new ListMultipartUploadsCommand({ Bucket, Prefix: 'u/', MaxUploads: 2 }));
    expect(one).toMatchObject({ IsTruncated: true, NextKeyMarker: 'u/2' });
    const markers = { KeyMarker: one.NextKeyMarker, UploadIdMarker: one.NextUploadIdMarker };
    const two = await s3.send(new ListMultipartUploadsCommand({ Bucket, Prefix: 'u/', ...markers }));
    expect([...one.Uploads, ...two.Uploads].map((upload) => upload.Key)).toEqual(keys);
    for (const { Key, UploadId } of [...one.Uploads, ...two.Uploads]) {
      await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
    }
  });

  test('makes a part from a range of another object', async () => {
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'part-copy' }));
    const wish = { Bucket, Key: 'part-copy', UploadId };
    await put('source é', 'hello world');
    const CopySource = `${Bucket}/${encodeURIComponent('source é')}`;
    const copy = new UploadPartCopyCommand({ ...wish, PartNumber: 1, CopySource, CopySourceRange: 'bytes=6-10' });
    const { CopyPartResult } = await s3.send(copy);
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag: CopyPartResult.ETag }] };
    await s3.send(new CompleteMultipartUploadCommand({ ...wish, MultipartUpload }));
    expect((await bytesOf(await get('part-copy'))).toString()).toBe('world');
  });

  test('streams 40 MB through lib-storage and back', async () => {
    const piece = randomBytes(mebibyte);
    const sent = createHash('md5');
    const pieces = function* () {
      for (let at = 0; at < 40; at++) {
        sent.update(piece);
        yield piece;
      }
    };
    const params = { Bucket, Key: 'big', Body: Readable.from(pieces()) };
    await new Upload({ client: s3, params, queueSize: 4, partSize: 8 * mebibyte }).done();
    const received = createHash('md5');
    for await (const bytes of (await get('big')).Body) received.update(bytes);
    expect(received.digest('hex')).toBe(sent.digest('hex'));
  });
});
