import { pipeline } from 'node:stream/promises';
import { sendEmpty, sendXml, writeHead } from './answer.mjs';
import { checksumElements, checksumHeaders } from './checksums.mjs';
import { isUnchanged, quoted, rangeOf, writeCondition } from './conditions.mjs';
import { S3Error } from './errors.mjs';
import { overriddenHeaders, storedHeaders } from './metadata.mjs';
import { receiveFile, writeFile } from './receive.mjs';

export async function putObject({ store, request, response, bucket }) {
  const { key, headers } = request;
  const condition = writeCondition(headers);
  // Refused here it costs no upload. The commit asks again, because the object may have changed meanwhile.
  condition(bucket.find(key));
  const description = { key, headers: storedHeaders(headers) };
  const object = await store.temporary.lend(async (file) => {
    const received = await receiveFile(request, file);
    return bucket.commit(file, { ...description, ...received }, condition);
  });
  sendEmpty(response, 200, { etag: quoted(object.etag), ...checksumHeaders(object.checksums) });
}

/** Serves GET and HEAD. */
export async function getObject({ request, response, bucket }) {
  const { object, handle } = await bucket.openObject(request.key);
  try {
    const unchanged = isUnchanged(request.headers, object);
    const range = unchanged ? undefined : rangeOf(request.headers, object);
    const headers = answerHeaders(request, object, range);
    if (unchanged) return sendEmpty(response, 304, withoutBody(headers));
    writeHead(response, range ? 206 : 200, headers);
    const { start, end } = range ?? { start: 0, end: object.size - 1 };
    if (request.method === 'HEAD' || end < start) return response.end();
    await pipeline(handle.createReadStream({ start, end, autoClose: false }), response).catch(ignoreHangUp);
  } finally {
    await handle.close();
  }
}

export async function deleteObject({ request, response, bucket }) {
  await bucket.remove(request.key, request.headers['if-match'] ? writeCondition(request.headers) : undefined);
  sendEmpty(response, 204);
}

export async function copyObject({ store, request, response, bucket }) {
  const { key, headers } = request;
  const source = sourceOf(store, headers);
  const replaces = headers['x-amz-metadata-directive']?.toUpperCase() === 'REPLACE';
  if (source.bucket === bucket && source.key === key && !replaces) {
    throw new S3Error('InvalidRequest', 'This copies an object to itself without changing its metadata.');
  }
  const copy = await store.temporary.lend(async (file) => {
    const { object, handle } = await source.bucket.openObject(source.key);
    try {
      if (isUnchanged(headers, object, 'x-amz-copy-source-')) throw new S3Error('PreconditionFailed');
      const bytes = handle.createReadStream({ autoClose: false });
      const copied = await writeFile(bytes, file, { algorithms: Object.keys(object.checksums) });
      const carried = replaces ? storedHeaders(headers) : object.headers;
      return await bucket.commit(file, { key, headers: carried, ...copied });
    } finally {
      await handle.close();
    }
  });
  sendXml(response, 'CopyObjectResult', {
    LastModified: new Date(copy.modified).toISOString(),
    ETag: quoted(copy.etag),
    ...checksumElements(copy.checksums),
  });
}

/**
 * The bucket and key a copy is made from.
 * @param {import('./object-store.mjs').ObjectStore} store
 * @param {Record<string, string>} headers
 */
export function sourceOf(store, headers) {
  const [address] = headers['x-amz-copy-source'].split('?');
  let decoded;
  try {
    decoded = decodeURIComponent(address).replace(/^\//, '');
  } catch {
    throw new S3Error('InvalidArgument', 'The copy source cannot be decoded.');
  }
  const slash = decoded.indexOf('/');
  if (slash < 1) throw new S3Error('InvalidArgument', 'The copy source must name a bucket and a key.');
  return { bucket: store.get(decoded.slice(0, slash)), key: decoded.slice(slash + 1) };
}

function answerHeaders(request, object, range) {
  const wantsChecksums = request.headers['x-amz-checksum-mode']?.toUpperCase() === 'ENABLED' && !range;
  return {
    'content-type': 'binary/octet-stream',
    ...object.headers,
    ...overriddenHeaders(request.values),
    ...(wantsChecksums && checksumHeaders(object.checksums)),
    ...(wantsChecksums && { 'x-amz-checksum-type': object.checksumType ?? 'FULL_OBJECT' }),
    etag: quoted(object.etag),
    'last-modified': new Date(object.modified).toUTCString(),
    'accept-ranges': 'bytes',
    'content-length': range ? range.end - range.start + 1 : object.size,
    ...(range && { 'content-range': `bytes ${range.start}-${range.end}/${object.size}` }),
  };
}

function withoutBody({ 'content-length': _, 'content-type': __, ...headers }) {
  return headers;
}

function ignoreHangUp(error) {
  if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
}
