import { randomBytes } from 'node:crypto';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { Bucket, bytesOf, createClient, failureOf, makeDirectory, startProcess } from './testing.mjs';

const mebibyte = 2 ** 20;

let folder;
let server;
let s3;

async function start() {
  server = await startProcess(folder.directory);
  s3 = createClient(server.endpoint);
}

async function restart(end = 'kill') {
  s3.destroy();
  const code = await server[end]();
  await start();
  return code;
}

const put = (Key, Body, more = {}) => s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const read = async (Key) => bytesOf(await s3.send(new GetObjectCommand({ Bucket, Key })));

beforeEach(async () => {
  folder = await makeDirectory();
  await start();
});

afterEach(async () => {
  s3?.destroy();
  await server?.stop();
  await folder?.remove();
});

test('objects outlive a restart with all they carry', async () => {
  const { ETag } = await put('kept/ü', 'hello', { ContentType: 'text/plain', Metadata: { foo: 'bar' } });
  await put('kept/ü2', 'old');
  await put('kept/ü2', 'new');
  expect(await restart('stop')).toBe(0);
  const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'kept/ü' }));
  expect(head).toMatchObject({ ETag, ContentType: 'text/plain', Metadata: { foo: 'bar' } });
  expect((await read('kept/ü')).toString()).toBe('hello');
  expect((await read('kept/ü2')).toString()).toBe('new');
});

test('a multipart upload goes on where it was', async () => {
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'mp', ContentType: 'video/mp4' }));
  const wish = { Bucket, Key: 'mp', UploadId };
  const first = randomBytes(5 * mebibyte);
  const send = async (PartNumber, Body) => {
    const { ETag, ChecksumCRC32 } = await s3.send(new UploadPartCommand({ ...wish, PartNumber, Body }));
    return { PartNumber, ETag, ChecksumCRC32 };
  };
  await send(1, 'replaced');
  const one = await send(1, first);
  await restart();
  const { Uploads } = await s3.send(new ListMultipartUploadsCommand({ Bucket }));
  expect(Uploads).toMatchObject([{ Key: 'mp', UploadId }]);
  expect((await s3.send(new ListPartsCommand(wish))).Parts).toMatchObject([{ PartNumber: 1, Size: first.length }]);
  const Parts = [one, await send(2, 'end')];
  await s3.send(new CompleteMultipartUploadCommand({ ...wish, MultipartUpload: { Parts } }));
  await restart();
  expect((await read('mp')).equals(Buffer.concat([first, Buffer.from('end')]))).toBe(true);
  expect((await s3.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads ?? []).toHaveLength(0);
});

test('an upload that is killed half way leaves the old object, and nothing else', async () => {
  await put('torn', 'old');
  const body = new PassThrough();
  const upload = failureOf(put('torn', body, { ContentLength: 2 * mebibyte }));
  body.write(Buffer.alloc(mebibyte));
  const temporary = path.join(folder.directory, 'tmp');
  while ((await readdir(temporary)).length === 0) await sleep(5);
  expect((await read('torn')).toString()).toBe('old');
  await server.kill();
  await upload;
  body.destroy();
  expect(await readdir(temporary)).toHaveLength(1);
  await start();
  expect(await readdir(temporary)).toHaveLength(0);
  expect((await read('torn')).toString()).toBe('old');
});

test('an upload whose client goes away is not stored', async () => {
  await put('torn', 'old');
  const body = new PassThrough();
  const abort = new AbortController();
  const command = new PutObjectCommand({ Bucket, Key: 'torn', Body: body, ContentLength: 2 * mebibyte });
  const upload = failureOf(s3.send(command, { abortSignal: abort.signal }));
  body.write(Buffer.alloc(mebibyte));
  const temporary = path.join(folder.directory, 'tmp');
  while ((await readdir(temporary)).length === 0) await sleep(5);
  abort.abort();
  await upload;
  body.destroy();
  while ((await readdir(temporary)).length > 0) await sleep(5);
  expect((await read('torn')).toString()).toBe('old');
});

test('data that was moved in but never recorded is swept at the next start', async () => {
  await put('kept', 'hello');
  const objects = path.join(folder.directory, 'buckets', Bucket, 'objects');
  await writeFile(path.join(objects, 'orphan.data'), 'lost');
  await restart();
  expect(await readdir(objects)).toHaveLength(2);
  expect((await read('kept')).toString()).toBe('hello');
});

test('a reader keeps the version it began with', async () => {
  const old = randomBytes(8 * mebibyte);
  await put('long', old);
  const answer = await s3.send(new GetObjectCommand({ Bucket, Key: 'long' }));
  await put('long', 'new');
  expect((await bytesOf(answer)).equals(old)).toBe(true);
  expect((await read('long')).toString()).toBe('new');
});
