import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { bytesOf, clients, createClient, failureOf, makeDirectory, startProcess } from './testing.mjs';

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
  const odd = "a/b c+é&<'*.txt";
  let s3;
  const put = (Key, Body, more = {}) => s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
  const get = (Key, more = {}) => s3.send(new GetObjectCommand({ Bucket, Key, ...more }));
  const head = (Key, more = {}) => s3.send(new HeadObjectCommand({ Bucket, Key, ...more }));
  const textOf = async (Key, more) => (await bytesOf(await get(Key, more))).toString();

  beforeAll(async () => {
    s3 = createClient(server.endpoint, options);
    await s3.send(new CreateBucketCommand({ Bucket }));
    await put(odd, Buffer.from('hello world'), {
      ContentType: 'text/plain; charset=utf-8',
      ContentDisposition: 'attachment; filename="x.txt"',
      CacheControl: 'no-store',
      Metadata: { foo: 'bar' },
    });
  });

  afterAll(() => s3.destroy());

  test('finds the buckets that exist, and is told about others', async () => {
    await s3.send(new HeadBucketCommand({ Bucket }));
    const { Buckets } = await s3.send(new ListBucketsCommand({}));
    expect(Buckets.map((bucket) => bucket.Name)).toContain(Bucket);
    expect(await failureOf(s3.send(new CreateBucketCommand({ Bucket })))).toMatchObject({ status: 409 });
    expect(await failureOf(s3.send(new DeleteBucketCommand({ Bucket })))).toEqual({
      name: 'BucketNotEmpty',
      status: 409,
    });
    expect(await failureOf(s3.send(new ListObjectsV2Command({ Bucket: 'nowhere' })))).toEqual({
      name: 'NoSuchBucket',
      status: 404,
    });
  });

  test('gets back the bytes, the headers and the metadata it stored', async () => {
    const answer = await get(odd);
    expect((await bytesOf(answer)).toString()).toBe('hello world');
    expect(answer).toMatchObject({
      ContentType: 'text/plain; charset=utf-8',
      ContentDisposition: 'attachment; filename="x.txt"',
      CacheControl: 'no-store',
      ContentLength: 11,
      ETag: `"${md5('hello world')}"`,
      Metadata: { foo: 'bar' },
    });
    expect(answer.ContentEncoding).toBeUndefined();
    expect(await head(odd)).toMatchObject({ ContentLength: 11, Metadata: { foo: 'bar' } });
  });

  test('can override headers of one answer', async () => {
    const answer = await get(odd, { ResponseContentType: 'text/html', ResponseContentDisposition: 'inline' });
    await bytesOf(answer);
    expect(answer).toMatchObject({ ContentType: 'text/html', ContentDisposition: 'inline' });
    expect(await failureOf(get(odd, { ResponseContentDisposition: 'attachment; filename="日本"' }))).toMatchObject({
      status: 400,
    });
  });

  test('stores a stream as it is, without its framing', async () => {
    const bytes = randomBytes(300_000);
    const pieces = [bytes.subarray(0, 7), bytes.subarray(7, 200_000), bytes.subarray(200_000)];
    await put('stream', Readable.from(pieces), { ContentLength: bytes.length });
    expect(md5(await bytesOf(await get('stream')))).toBe(md5(bytes));
  });

  test('stores an empty object', async () => {
    await put('empty', Buffer.alloc(0));
    expect(await textOf('empty')).toBe('');
    expect(await failureOf(get('empty', { Range: 'bytes=0-' }))).toMatchObject({ status: 416 });
  });

  test.each(['CRC32', 'CRC32C', 'SHA1', 'SHA256'])('has %s checked and kept', async (ChecksumAlgorithm) => {
    const answer = await put('sum', 'abc', { ChecksumAlgorithm });
    const name = `Checksum${ChecksumAlgorithm}`;
    expect(answer[name]).toBeTruthy();
    expect((await head('sum', { ChecksumMode: 'ENABLED' }))[name]).toBe(answer[name]);
    expect(await textOf('sum', { ChecksumMode: 'ENABLED' })).toBe('abc');
    const wrong = Buffer.from(answer[name], 'base64').fill(0).toString('base64');
    expect(await failureOf(put('bad', 'abc', { [name]: wrong }))).toEqual({ name: 'BadDigest', status: 400 });
    expect(await failureOf(head('bad'))).toMatchObject({ status: 404 });
  });

  test('is refused when Content-MD5 does not match', async () => {
    expect(await failureOf(put('bad', 'abc', { ContentMD5: 'AAAAAAAAAAAAAAAAAAAAAA==' }))).toMatchObject({
      name: 'BadDigest',
    });
  });

  test('is told that a key does not exist', async () => {
    expect(await failureOf(get('nope'))).toEqual({ name: 'NoSuchKey', status: 404 });
    expect(await failureOf(head('nope'))).toEqual({ name: 'NotFound', status: 404 });
  });

  test.each([
    ['bytes=0-4', 'hello', 'bytes 0-4/11'],
    ['bytes=6-', 'world', 'bytes 6-10/11'],
    ['bytes=-5', 'world', 'bytes 6-10/11'],
    ['bytes=-50', 'hello world', 'bytes 0-10/11'],
    ['bytes=6-999', 'world', 'bytes 6-10/11'],
    ['bytes=5-2', 'hello world', undefined],
    ['lines=1-2', 'hello world', undefined],
    ['bytes=0-1,4-5', 'hello world', undefined],
  ])('gets the range %s', async (Range, text, ContentRange) => {
    const answer = await get(odd, { Range });
    expect((await bytesOf(answer)).toString()).toBe(text);
    expect(answer.ContentRange).toBe(ContentRange);
  });

  test.each(['bytes=100-200', 'bytes=11-', 'bytes=-0'])('is refused the range %s', async (Range) => {
    expect(await failureOf(get(odd, { Range }))).toEqual({ name: 'InvalidRange', status: 416 });
  });

  test('reads only what has changed', async () => {
    const { ETag, LastModified } = await head(odd);
    expect(await failureOf(get(odd, { IfNoneMatch: ETag }))).toMatchObject({ status: 304 });
    expect(await failureOf(get(odd, { IfModifiedSince: LastModified }))).toMatchObject({ status: 304 });
    expect(await textOf(odd, { IfNoneMatch: '"other"' })).toBe('hello world');
    expect(await textOf(odd, { IfModifiedSince: new Date(LastModified - 5000) })).toBe('hello world');
    expect(await textOf(odd, { IfMatch: ETag })).toBe('hello world');
    expect(await failureOf(get(odd, { IfMatch: '"other"' }))).toMatchObject({ status: 412 });
    const before = { IfUnmodifiedSince: new Date(LastModified - 5000) };
    expect(await failureOf(get(odd, before))).toMatchObject({ status: 412 });
  });

  test('writes only over what it knows', async () => {
    const { ETag } = await put('guarded', 'one', { IfNoneMatch: '*' });
    expect(await failureOf(put('guarded', 'two', { IfNoneMatch: '*' }))).toMatchObject({ status: 412 });
    expect(await failureOf(put('guarded', 'two', { IfMatch: '"other"' }))).toMatchObject({ status: 412 });
    expect(await failureOf(put('unknown', 'two', { IfMatch: ETag }))).toMatchObject({ status: 404 });
    await put('guarded', 'two', { IfMatch: ETag });
    expect(await textOf('guarded')).toBe('two');
  });

  test('creates a key once when many try at the same time', async () => {
    const tries = Array.from({ length: 20 }, (_, at) => put('once', `${at}`, { IfNoneMatch: '*' }).then(() => at));
    const outcomes = await Promise.allSettled(tries);
    const winners = outcomes.filter((outcome) => outcome.status === 'fulfilled');
    expect(winners).toHaveLength(1);
    expect(await textOf('once')).toBe(`${winners[0].value}`);
  });

  test('copies an object with its metadata, or with new ones', async () => {
    const CopySource = `${Bucket}/${encodeURIComponent(odd)}`;
    await s3.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource }));
    expect(await head('copy')).toMatchObject({ ContentType: 'text/plain; charset=utf-8', Metadata: { foo: 'bar' } });
    const changes = { MetadataDirective: 'REPLACE', ContentType: 'text/css', Metadata: { new: 'yes' } };
    await s3.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/copy`, ...changes }));
    expect(await head('copy')).toMatchObject({ ContentType: 'text/css', Metadata: { new: 'yes' } });
    expect(await textOf('copy')).toBe('hello world');
    const missing = new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/nope` });
    expect(await failureOf(s3.send(missing))).toMatchObject({ status: 404 });
  });

  test('deletes one key or many, twice if it likes', async () => {
    for (const key of ['d/1', 'd/2', 'd/3', 'd/4&<>']) await put(key, key);
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'd/1' }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'd/1' }));
    const many = { Objects: [{ Key: 'd/2' }, { Key: 'd/4&<>' }, { Key: 'd/none' }] };
    const told = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: many }));
    expect(told.Deleted).toHaveLength(3);
    const quiet = { Quiet: true, Objects: [{ Key: 'd/3' }] };
    const silent = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: quiet }));
    expect(silent.Deleted ?? []).toHaveLength(0);
    expect((await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'd/' }))).KeyCount).toBe(0);
  });

  test('writes 200 objects at the same time', async () => {
    await Promise.all(Array.from({ length: 200 }, (_, at) => put(`p/${at}`, `v${at}`)));
    const list = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'p/' }));
    expect(list.KeyCount).toBe(200);
    expect(await textOf('p/117')).toBe('v117');
  });

  test('never reads a torn object while others write it', async () => {
    const bodies = Array.from({ length: 20 }, (_, at) => Buffer.alloc(100_000, at + 1));
    await put('same', bodies[0]);
    const writes = bodies.map((body) => put('same', body));
    const reads = bodies.map(async () => bytesOf(await get('same')));
    await Promise.all(writes);
    for (const bytes of [...(await Promise.all(reads)), await bytesOf(await get('same'))]) {
      expect(bytes).toHaveLength(100_000);
      expect(bytes.every((byte) => byte === bytes[0])).toBe(true);
    }
  });

  test('keeps every key inside its folder', async () => {
    for (const Key of ['../../../../evil', '/etc/passwd', '..', 'a//b/./../c', 'k'.repeat(1024)]) {
      await put(Key, 'inside');
      expect(await textOf(Key)).toBe('inside');
    }
    expect(existsSync('/evil')).toBe(false);
    expect(existsSync(path.resolve(folder.directory, '../../../../evil'))).toBe(false);
  });

  test('is refused keys that are too long', async () => {
    expect(await failureOf(put('k'.repeat(1025), 'x'))).toMatchObject({ name: 'KeyTooLongError' });
  });

  test('is told what this server cannot do, and nothing is written', async () => {
    const tagging = new PutObjectTaggingCommand({ Bucket, Key: 'stream', Tagging: { TagSet: [] } });
    const before = await head('stream');
    expect(await failureOf(s3.send(tagging))).toEqual({ name: 'NotImplemented', status: 501 });
    expect((await head('stream')).ETag).toBe(before.ETag);
  });
});
