import { request as httpRequest } from 'node:http';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { Bucket, bytesOf, createClient, credentials, failureOf, makeDirectory, startProcess } from './testing.mjs';

const plain = { requestChecksumCalculation: 'WHEN_REQUIRED', responseChecksumValidation: 'WHEN_REQUIRED' };

let folder;
let server;
let s3;

const textOf = async (Key) => (await bytesOf(await s3.send(new GetObjectCommand({ Bucket, Key })))).toString();
const exists = (Key) =>
  s3.send(new HeadObjectCommand({ Bucket, Key })).then(
    () => true,
    () => false,
  );

beforeAll(async () => {
  folder = await makeDirectory();
  server = await startProcess(folder.directory);
  s3 = createClient(server.endpoint, plain);
  await s3.send(new PutObjectCommand({ Bucket, Key: 'secret', Body: 'hello world' }));
});

afterAll(async () => {
  s3?.destroy();
  await server?.stop();
  await folder?.remove();
});

describe('signed requests', () => {
  test('a wrong secret and an unknown key are refused', async () => {
    const wrong = { ...credentials, secretAccessKey: 'wrong' };
    const stranger = { ...credentials, accessKeyId: 'stranger' };
    for (const [who, name] of [
      [wrong, 'SignatureDoesNotMatch'],
      [stranger, 'InvalidAccessKeyId'],
    ]) {
      const client = createClient(server.endpoint, { credentials: who });
      const get = client.send(new GetObjectCommand({ Bucket, Key: 'secret' }));
      expect(await failureOf(get)).toEqual({ name, status: 403 });
      const put = client.send(new PutObjectCommand({ Bucket, Key: 'planted', Body: Buffer.alloc(3_000_000) }));
      expect(await failureOf(put)).toEqual({ name, status: 403 });
      client.destroy();
    }
    expect(await exists('planted')).toBe(false);
  });

  test('anonymous callers are refused everything', async () => {
    for (const method of ['GET', 'PUT', 'POST', 'DELETE']) {
      for (const path of ['', `/${Bucket}`, `/${Bucket}/secret`, `/${Bucket}/secret?uploads`]) {
        const { status } = await fetch(server.endpoint + path, { method });
        expect(status).toBeGreaterThanOrEqual(400);
      }
    }
    const answer = await fetch(`${server.endpoint}/${Bucket}/secret`);
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('<Code>AccessDenied</Code>');
    expect(await textOf('secret')).toBe('hello world');
  });

  test('an address that cannot be decoded is a bad request', async () => {
    expect((await fetch(`${server.endpoint}/${Bucket}/%ff`)).status).toBe(400);
  });
});

describe('signed addresses', () => {
  const get = new GetObjectCommand({ Bucket, Key: 'secret', ResponseContentDisposition: 'inline; filename="a b+c"' });

  test('open one object, also in ranges', async () => {
    const url = await getSignedUrl(s3, get, { expiresIn: 60 });
    const answer = await fetch(url, { headers: { range: 'bytes=6-10' } });
    expect(answer.status).toBe(206);
    expect(answer.headers.get('content-disposition')).toBe('inline; filename="a b+c"');
    expect(await answer.text()).toBe('world');
  });

  test('open nothing when they were changed, or have expired', async () => {
    const url = await getSignedUrl(s3, get, { expiresIn: 60 });
    expect((await fetch(url.replace('/secret', '/other'))).status).toBe(403);
    expect((await fetch(url.replace('inline', 'attachment'))).status).toBe(403);
    expect((await fetch(url.replace('X-Amz-Expires=60', 'X-Amz-Expires=600'))).status).toBe(403);
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(403);
    const old = await getSignedUrl(s3, get, { expiresIn: 60, signingDate: new Date(Date.now() - 61_000) });
    const answer = await fetch(old);
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('expired');
  });

  test('take an upload, with the metadata that was signed and no other', async () => {
    const command = new PutObjectCommand({ Bucket, Key: 'put', ContentType: 'image/png', Metadata: { by: 'me' } });
    const url = await getSignedUrl(s3, command, { expiresIn: 60, signableHeaders: new Set(['content-type']) });
    const put = (headers) => fetch(url, { method: 'PUT', body: 'pixels', headers });
    expect((await put({ 'content-type': 'text/html' })).status).toBe(403);
    expect((await put({ 'content-type': 'image/png', 'x-amz-meta-more': 'x' })).status).toBe(403);
    expect((await put({ 'content-type': 'image/png' })).status).toBe(200);
    expect(await textOf('put')).toBe('pixels');
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'put' }));
    expect(head).toMatchObject({ ContentType: 'image/png', Metadata: { by: 'me' } });
  });

  test('work from a page of another origin', async () => {
    const preflight = await fetch(`${server.endpoint}/${Bucket}/put`, {
      method: 'OPTIONS',
      headers: { origin: 'http://page.test', 'access-control-request-headers': 'content-type,x-amz-meta-a' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-methods')).toContain('PUT');
    expect(preflight.headers.get('access-control-allow-headers')).toBe('content-type,x-amz-meta-a');
    const url = await getSignedUrl(s3, get, { expiresIn: 60 });
    const answer = await fetch(url, { headers: { origin: 'http://page.test' } });
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.headers.get('access-control-expose-headers')).toContain('ETag');
  });
});

describe('signed forms', () => {
  const presign = (more = {}) => createPresignedPost(s3, { Bucket, Key: 'form', Expires: 60, ...more });
  const send = ({ url, fields }, body, { name = 'f.txt', ...more } = {}) => {
    const form = new FormData();
    for (const [field, value] of Object.entries({ ...fields, ...more })) form.append(field, value);
    form.append('file', new Blob([body]), name);
    return fetch(url, { method: 'POST', body: form, redirect: 'manual' });
  };

  test('store a file as it is, even one that looks like the form', async () => {
    const body = `\r\n--\r\n------form${'x'.repeat(200_000)}\r\n`;
    const post = await presign({ Fields: { 'Content-Type': 'text/css', 'x-amz-meta-by': 'me' } });
    expect((await send(post, body)).status).toBe(204);
    expect(await textOf('form')).toBe(body);
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'form' }));
    expect(head).toMatchObject({ ContentType: 'text/css', Metadata: { by: 'me' } });
  });

  test('put the name of the file into the key, and answer as asked', async () => {
    const post = await presign({ Key: 'user/${filename}', Fields: { success_action_status: '201' } });
    const answer = await send(post, 'x', { name: 'cat.png' });
    expect(answer.status).toBe(201);
    expect(await answer.text()).toContain('<Key>user/cat.png</Key>');
    expect(await textOf('user/cat.png')).toBe('x');
    const target = 'http://page.test/done?a=1';
    const moved = await send(await presign({ Fields: { success_action_redirect: target } }), 'x');
    expect(moved.status).toBe(303);
    expect(moved.headers.get('location')).toMatch(/^http:\/\/page\.test\/done\?a=1&bucket=eliza&key=form&etag=/);
  });

  test.each([
    ['another key', {}, { key: 'elsewhere' }],
    ['a field that was not signed', {}, { 'Content-Type': 'text/html' }],
    ['a value outside its prefix', { Conditions: [['starts-with', '$x-amz-meta-a', 'b']] }, { 'x-amz-meta-a': 'c' }],
    ['a wrong signature', {}, { 'X-Amz-Signature': '0'.repeat(64) }],
    [
      'another policy',
      {},
      { Policy: Buffer.from('{"expiration":"2999-01-01T00:00:00Z","conditions":[]}').toString('base64') },
    ],
    ['a policy that has expired', { Expires: -1 }, {}],
  ])('refuse %s', async (_, options, fields) => {
    const answer = await send(await presign({ Key: 'refused', ...options }), 'x', fields);
    expect(answer.status).toBe(403);
    expect(await exists('refused')).toBe(false);
    expect(await exists('elsewhere')).toBe(false);
  });

  test('refuse files that are too short or too long', async () => {
    const post = await presign({ Key: 'sized', Conditions: [['content-length-range', 2, 1000]] });
    expect(await (await send(post, 'x')).text()).toContain('EntityTooSmall');
    expect(await (await send(post, 'x'.repeat(1001))).text()).toContain('EntityTooLarge');
    expect(await (await send(post, 'x'.repeat(5_000_000))).text()).toContain('EntityTooLarge');
    expect(await exists('sized')).toBe(false);
    expect((await send(post, 'x'.repeat(1000))).status).toBe(204);
  });

  test('refuse a body that is no form, or breaks off', async () => {
    const post = (body, type) =>
      fetch(`${server.endpoint}/${Bucket}`, { method: 'POST', body, headers: { 'content-type': type } });
    expect((await post('x', 'text/plain')).status).toBe(400);
    expect((await post('--b\r\nnonsense', 'multipart/form-data; boundary=b')).status).toBe(400);
    const nameless = '--b\r\nContent-Disposition: form-data; name="key"\r\n\r\nk\r\n--b--\r\n';
    expect((await post(nameless, 'multipart/form-data; boundary=b')).status).toBe(400);
  });
});

test('who asks before sending a large body is refused before sending it', async () => {
  const outcome = await new Promise((resolve, reject) => {
    const headers = { expect: '100-continue', 'content-length': 1_000_000 };
    const sending = httpRequest(`${server.endpoint}/${Bucket}/large`, { method: 'PUT', headers });
    sending.on('continue', () => resolve('invited'));
    sending.on('response', (answer) => resolve(answer.statusCode)).on('error', reject);
    sending.flushHeaders();
  });
  expect(outcome).toBe(403);
});
