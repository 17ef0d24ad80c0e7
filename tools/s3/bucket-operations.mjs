import { sendEmpty, sendXml } from './answer.mjs';
import { quoted } from './conditions.mjs';
import { S3Error } from './errors.mjs';
import { listPage } from './listing.mjs';
import { receiveText } from './receive.mjs';
import { encode } from './signature.mjs';
import { elementsOf, textOf } from './xml.mjs';

const largestPage = 1000;
const time = (milliseconds) => new Date(milliseconds).toISOString();

export function listBuckets({ store, response }) {
  const Bucket = store.list().map((bucket) => ({ Name: bucket.name, CreationDate: time(bucket.created) }));
  sendXml(response, 'ListAllMyBucketsResult', { Owner: { ID: 'dev', DisplayName: 'dev' }, Buckets: { Bucket } });
}

export async function createBucket({ store, request, response }) {
  await receiveText(request);
  await store.create(request.bucket);
  sendEmpty(response, 200, { location: `/${request.bucket}` });
}

export async function deleteBucket({ store, request, response }) {
  await store.remove(request.bucket);
  sendEmpty(response, 204);
}

export function headBucket({ response }) {
  sendEmpty(response, 200, { 'x-amz-bucket-region': 'us-east-1' });
}

export function getLocation({ response }) {
  sendXml(response, 'LocationConstraint', '');
}

export function getVersioning({ response }) {
  sendXml(response, 'VersioningConfiguration', '');
}

/** Lists keys, in the second or the first version of the protocol. */
export function listObjects({ request, response, bucket }) {
  const value = (name) => request.values.get(name) ?? '';
  const second = value('list-type') === '2';
  const limit = request.number('max-keys', largestPage, { most: largestPage });
  const wish = { prefix: value('prefix'), delimiter: value('delimiter'), limit };
  const after = second ? afterToken(value('continuation-token')) || value('start-after') : value('marker');
  const page = listPage(bucket.sortedKeys, { ...wish, after });
  const write = writerFor(value('encoding-type'));
  const versionSpecific = second
    ? {
        KeyCount: page.keys.length + page.prefixes.length,
        ContinuationToken: value('continuation-token') || undefined,
        NextContinuationToken: page.next && Buffer.from(page.next).toString('base64url'),
        StartAfter: value('start-after') ? write(value('start-after')) : undefined,
      }
    : { Marker: write(value('marker')), NextMarker: page.next && write(page.next) };
  sendXml(response, 'ListBucketResult', {
    Name: bucket.name,
    Prefix: write(wish.prefix),
    Delimiter: wish.delimiter ? write(wish.delimiter) : undefined,
    MaxKeys: limit,
    EncodingType: value('encoding-type') || undefined,
    IsTruncated: page.next !== undefined,
    ...versionSpecific,
    Contents: page.keys.map((key) => contentOf(bucket.get(key), write)),
    CommonPrefixes: page.prefixes.map((prefix) => ({ Prefix: write(prefix) })),
  });
}

/** Deletes up to a thousand keys. In quiet mode only failures are told. */
export async function deleteObjects({ request, response, bucket }) {
  const text = await receiveText(request);
  const keys = elementsOf(text, 'Object').map((object) => textOf(object, 'Key'));
  if (keys.length === 0 || keys.length > largestPage || keys.some((key) => !key)) throw new S3Error('MalformedXML');
  const deleted = [];
  const failed = [];
  for (const key of keys) {
    try {
      await bucket.remove(key);
      deleted.push({ Key: key });
    } catch (error) {
      process.stderr.write(`s3: ${error.stack}\n`);
      failed.push({ Key: key, Code: 'InternalError', Message: 'The object could not be deleted.' });
    }
  }
  const quiet = textOf(text, 'Quiet') === 'true';
  sendXml(response, 'DeleteResult', { Deleted: quiet ? undefined : deleted, Error: failed });
}

function contentOf(object, write) {
  return {
    Key: write(object.key),
    LastModified: time(object.modified),
    ETag: quoted(object.etag),
    ChecksumAlgorithm: Object.keys(object.checksums).map((name) => name.toUpperCase()),
    Size: object.size,
    StorageClass: 'STANDARD',
  };
}

function afterToken(token) {
  return Buffer.from(token, 'base64url').toString('utf8');
}

/** Keys may hold characters that XML cannot carry. Clients that know it ask for percent-encoding. */
function writerFor(encoding) {
  if (encoding === '') return (text) => text;
  if (encoding !== 'url') throw new S3Error('InvalidArgument', 'The encoding-type is not valid.');
  return (text) => encode(text).replaceAll('%2F', '/');
}
