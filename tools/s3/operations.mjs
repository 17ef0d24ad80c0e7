import * as buckets from './bucket-operations.mjs';
import { S3Error } from './errors.mjs';
import { postObject } from './form-operations.mjs';
import * as multipart from './multipart-operations.mjs';
import * as objects from './object-operations.mjs';

/**
 * @typedef {object} Exchange
 * @property {import('./object-store.mjs').ObjectStore} store
 * @property {import('./bucket.mjs').Bucket} [bucket] absent where none is named, or where it need not exist
 * @property {import('./request.mjs').S3Request} request
 * @property {import('node:http').ServerResponse} response
 * @property {{ accessKeyId: string, secretAccessKey: string }} credentials
 */

/** What the server can do, by method, level and the query value that picks one aspect of a bucket or an object. */
const operations = {
  'GET service': buckets.listBuckets,
  'PUT bucket': buckets.createBucket,
  'HEAD bucket': buckets.headBucket,
  'DELETE bucket': buckets.deleteBucket,
  'GET bucket': buckets.listObjects,
  'GET bucket?location': buckets.getLocation,
  'GET bucket?versioning': buckets.getVersioning,
  'GET bucket?uploads': multipart.listUploads,
  'POST bucket?delete': buckets.deleteObjects,
  'POST bucket': postObject,
  'PUT object': objects.putObject,
  'PUT object copy': objects.copyObject,
  'GET object': objects.getObject,
  'HEAD object': objects.getObject,
  'DELETE object': objects.deleteObject,
  'POST object?uploads': multipart.createUpload,
  'PUT object?uploadId': multipart.uploadPart,
  'PUT object?uploadId copy': multipart.copyPart,
  'POST object?uploadId': multipart.completeUpload,
  'DELETE object?uploadId': multipart.abortUpload,
  'GET object?uploadId': multipart.listParts,
};

// A request for one of these must never be taken for a request for the object itself.
const aspects = (
  'uploads uploadId delete location versioning acl cors tagging policy lifecycle versions versionId website ' +
  'notification encryption attributes select restore torrent retention legal-hold object-lock replication logging ' +
  'requestPayment accelerate ownershipControls publicAccessBlock analytics inventory metrics append'
).split(' ');

/**
 * The operation a request asks for.
 * @param {import('./request.mjs').S3Request} request
 * @returns {(exchange: Exchange) => void | Promise<void>}
 */
export function operationOf(request) {
  const level = !request.bucket ? 'service' : request.key ? 'object' : 'bucket';
  const aspect = aspects.find((name) => request.has(name));
  const copies = request.method === 'PUT' && level === 'object' && request.headers['x-amz-copy-source'] !== undefined;
  const name = `${request.method} ${level}${aspect ? `?${aspect}` : ''}${copies ? ' copy' : ''}`;
  const operation = operations[name];
  if (operation) return operation;
  if (aspect) throw new S3Error('NotImplemented', `This development server does not implement ${name}.`);
  throw new S3Error('MethodNotAllowed');
}

/** Whether the bucket must exist before the operation begins. */
export function needsBucket(operation) {
  return ![buckets.listBuckets, buckets.createBucket, postObject].includes(operation);
}

/** Whether the request itself carries no signature, because its form does. */
export function signsItself(operation) {
  return operation === postObject;
}
