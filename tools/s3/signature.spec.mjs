import fc from 'fast-check';
import { AwsChunkedBody } from './aws-chunked.mjs';
import { authenticate, chainSignature, sha256 } from './signature.mjs';

// The worked examples of Amazon's own documentation of Signature Version 4 for S3.
const credentials = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};
const now = Date.UTC(2013, 4, 24);
const date = '20130524T000000Z';
const scope = '20130524/us-east-1/s3/aws4_request';
const host = 'examplebucket.s3.amazonaws.com';

const presigned = {
  method: 'GET',
  path: '/test.txt',
  query: [
    ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
    ['X-Amz-Credential', `AKIAIOSFODNN7EXAMPLE/${scope}`],
    ['X-Amz-Date', date],
    ['X-Amz-Expires', '86400'],
    ['X-Amz-SignedHeaders', 'host'],
    ['X-Amz-Signature', 'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404'],
  ],
  headers: { host },
};

function signedUpload(payload, signature, more = {}) {
  const headers = {
    'content-encoding': 'aws-chunked',
    'content-length': '66824',
    host,
    'x-amz-content-sha256': payload,
    'x-amz-date': date,
    'x-amz-decoded-content-length': '66560',
    'x-amz-storage-class': 'REDUCED_REDUNDANCY',
    ...more,
  };
  const signedHeaders = Object.keys(headers).sort().join(';');
  headers.authorization =
    `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/${scope},` +
    `SignedHeaders=${signedHeaders},Signature=${signature}`;
  return { method: 'PUT', path: '/examplebucket/chunkObject.txt', query: [], headers };
}

const streamed = signedUpload(
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
  '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
);
streamed.headers.host = 's3.amazonaws.com';

const chunks = [
  [Buffer.alloc(65536, 'a'), 'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648'],
  [Buffer.alloc(1024, 'a'), '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497'],
  [Buffer.alloc(0), 'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9'],
];

function framed(list) {
  const frames = list.flatMap(([data, signature]) => [
    Buffer.from(`${data.length.toString(16)};chunk-signature=${signature}\r\n`),
    data,
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat(frames);
}

async function* cutAt(bytes, places) {
  const ends = [...new Set(places.map((place) => place % bytes.length))].sort((one, other) => one - other);
  let start = 0;
  for (const end of [...ends, bytes.length]) {
    if (end > start) yield bytes.subarray(start, end);
    start = end;
  }
}

async function collect(body) {
  const pieces = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces);
}

test('the documented address is accepted until it expires', () => {
  expect(authenticate(presigned, credentials, now).payload).toBe('UNSIGNED-PAYLOAD');
  expect(() => authenticate(presigned, credentials, now + 86_400_000)).toThrow('expired');
  expect(() => authenticate(presigned, credentials, now - 3_600_000)).toThrow('not valid yet');
});

test('the documented header is accepted while the clocks agree', () => {
  const headers = { host, range: 'bytes=0-9', 'x-amz-content-sha256': sha256(''), 'x-amz-date': date };
  headers.authorization =
    `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/${scope},SignedHeaders=${Object.keys(headers).sort().join(';')},` +
    'Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41';
  const request = { method: 'GET', path: '/test.txt', query: [], headers };
  expect(authenticate(request, credentials, now).payload).toBe(sha256(''));
  expect(() => authenticate(request, credentials, now + 16 * 60_000)).toThrow('time');
  expect(() => authenticate({ ...request, path: '/test.tx' }, credentials, now)).toThrow('signature');
  expect(() => authenticate({ ...request, method: 'PUT' }, credentials, now)).toThrow('signature');
});

test('an x-amz header that was not signed is refused', () => {
  const request = { ...presigned, headers: { host, 'x-amz-copy-source': 'other/secret' } };
  expect(() => authenticate(request, credentials, now)).toThrow('x-amz-copy-source');
});

test('the documented chunks are accepted however the network cuts them', async () => {
  const { context } = authenticate(streamed, credentials, now);
  const bytes = framed(chunks);
  const places = fc.array(fc.nat(), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(places, async (cuts) => {
      const data = await collect(new AwsChunkedBody(cutAt(bytes, cuts), context));
      expect(data.equals(Buffer.alloc(66560, 'a'))).toBe(true);
    }),
    { numRuns: 25 },
  );
});

test('changed, swapped, missing and cut chunks are refused', async () => {
  const { context } = authenticate(streamed, credentials, now);
  const read = (bytes) => collect(new AwsChunkedBody(cutAt(bytes, []), context));
  const [one, two, end] = chunks;
  const changed = [Buffer.from(one[0]).fill('b', 100, 101), one[1]];
  await expect(read(framed([changed, two, end]))).rejects.toThrow('signature of a chunk');
  await expect(read(framed([two, one, end]))).rejects.toThrow('signature of a chunk');
  await expect(read(framed([one, end]))).rejects.toThrow('signature of a chunk');
  await expect(read(framed([one, two]))).rejects.toMatchObject({ code: 'IncompleteBody' });
  await expect(read(Buffer.from('400\r\n'))).rejects.toMatchObject({ code: 'IncompleteBody' });
});

test('trailers must be signed when chunks are', async () => {
  const { context } = authenticate(streamed, credentials, now);
  const end = chainSignature(context, 'PAYLOAD', [sha256(''), sha256('')]);
  const line = 'x-amz-checksum-crc32c:sOO8/Q==';
  const signature = chainSignature({ ...context, signature: end }, 'TRAILER', [sha256(`${line}\n`)]);
  const body = (proof) => Buffer.from(`0;chunk-signature=${end}\r\n${line}\r\n${proof}\r\n\r\n`);
  const read = async (bytes) => {
    const chunked = new AwsChunkedBody(cutAt(bytes, []), context);
    await collect(chunked);
    return chunked.trailers;
  };
  expect(await read(body(`x-amz-trailer-signature:${signature}`))).toEqual({ 'x-amz-checksum-crc32c': 'sOO8/Q==' });
  await expect(read(body(''))).rejects.toThrow('signature of a chunk');
  await expect(read(body(`x-amz-trailer-signature:${end}`))).rejects.toThrow('signature of a chunk');
});
