import { sendEmpty, sendXml } from './answer.mjs';
import { algorithms, checksumElements, checksumHeaders } from './checksums.mjs';
import { isUnchanged, quoted, writeCondition } from './conditions.mjs';
import { S3Error } from './errors.mjs';
import { assemble, wantedParts } from './multipart-assembly.mjs';
import { storedHeaders } from './metadata.mjs';
import { sourceOf } from './object-operations.mjs';
import { receiveFile, receiveText, writeFile } from './receive.mjs';

const largestPage = 1000;
const mostParts = 10_000;
const time = (milliseconds) => new Date(milliseconds).toISOString();

export async function createUpload({ request, response, bucket }) {
  const { key, headers } = request;
  await receiveText(request);
  const algorithm = headers['x-amz-checksum-algorithm']?.toLowerCase();
  if (algorithm && !algorithms.includes(algorithm)) {
    throw new S3Error('InvalidRequest', `The checksum algorithm ${algorithm} is not supported here.`);
  }
  const checksumType = headers['x-amz-checksum-type']?.toUpperCase();
  const { id } = await bucket.uploads.create({ key, algorithm, checksumType, headers: storedHeaders(headers) });
  sendXml(response, 'InitiateMultipartUploadResult', { Bucket: bucket.name, Key: key, UploadId: id });
}

export async function uploadPart(exchange) {
  const { store, request, response, bucket } = exchange;
  const upload = uploadOf(exchange);
  const number = partNumber(request);
  const part = await store.temporary.lend(async (file) => {
    const received = await receiveFile(request, file);
    return bucket.uploads.addPart(upload, file, { number, ...received });
  });
  sendEmpty(response, 200, { etag: quoted(part.etag), ...checksumHeaders(part.checksums) });
}

export async function copyPart(exchange) {
  const { store, request, response, bucket } = exchange;
  const upload = uploadOf(exchange);
  const number = partNumber(request);
  const source = sourceOf(store, request.headers);
  const part = await store.temporary.lend(async (file) => {
    const { object, handle } = await source.bucket.openObject(source.key);
    try {
      if (isUnchanged(request.headers, object, 'x-amz-copy-source-')) throw new S3Error('PreconditionFailed');
      const bytes = handle.createReadStream({ autoClose: false, ...sourceRange(request.headers, object) });
      const copied = await writeFile(bytes, file, { algorithms: upload.algorithm && [upload.algorithm] });
      return await bucket.uploads.addPart(upload, file, { number, ...copied });
    } finally {
      await handle.close();
    }
  });
  const checksums = checksumElements(part.checksums);
  sendXml(response, 'CopyPartResult', { LastModified: time(part.modified), ETag: quoted(part.etag), ...checksums });
}

export async function completeUpload(exchange) {
  const { store, request, response, bucket } = exchange;
  const upload = uploadOf(exchange);
  const condition = writeCondition(request.headers);
  condition(bucket.find(upload.key));
  // The checksum headers of this request speak of the object, not of the list of parts in its body.
  const wanted = wantedParts(await receiveText(request, {}));
  const object = await bucket.uploads.finish(upload, () =>
    store.temporary.lend(async (file) => {
      const description = await assemble({ upload, wanted, file, headers: request.headers, uploads: bucket.uploads });
      return bucket.commit(file, description, condition);
    }),
  );
  sendXml(response, 'CompleteMultipartUploadResult', {
    Location: `/${bucket.name}/${object.key}`,
    Bucket: bucket.name,
    Key: object.key,
    ETag: quoted(object.etag),
    ...checksumElements(object.checksums),
    ChecksumType: object.checksumType,
  });
}

export async function abortUpload(exchange) {
  await exchange.bucket.uploads.finish(uploadOf(exchange));
  sendEmpty(exchange.response, 204);
}

export function listParts(exchange) {
  const { request, response, bucket } = exchange;
  const upload = uploadOf(exchange);
  const limit = request.number('max-parts', largestPage, { most: largestPage });
  const after = request.number('part-number-marker', 0);
  const rest = [...upload.parts.values()].sort((one, other) => one.number - other.number);
  const following = rest.filter((part) => part.number > after);
  const page = following.slice(0, limit);
  sendXml(response, 'ListPartsResult', {
    Bucket: bucket.name,
    Key: upload.key,
    UploadId: upload.id,
    PartNumberMarker: after,
    NextPartNumberMarker: page.at(-1)?.number,
    MaxParts: limit,
    IsTruncated: following.length > page.length,
    ChecksumAlgorithm: upload.algorithm?.toUpperCase(),
    Part: page.map((part) => ({
      PartNumber: part.number,
      LastModified: time(part.modified),
      ETag: quoted(part.etag),
      Size: part.size,
      ...checksumElements(part.checksums),
    })),
  });
}

export function listUploads({ request, response, bucket }) {
  const value = (name) => request.values.get(name) ?? '';
  if (value('delimiter')) throw new S3Error('NotImplemented', 'Uploads cannot be listed with a delimiter here.');
  const limit = request.number('max-uploads', largestPage, { least: 1, most: largestPage });
  const all = bucket.uploads.list().filter((upload) => upload.key.startsWith(value('prefix')));
  const marker = all.findIndex((upload) => upload.id === value('upload-id-marker'));
  const begin = marker >= 0 ? marker + 1 : all.findIndex((upload) => upload.key > value('key-marker'));
  const following = begin < 0 ? [] : all.slice(begin);
  const page = following.slice(0, limit);
  const more = following.length > page.length;
  sendXml(response, 'ListMultipartUploadsResult', {
    Bucket: bucket.name,
    Prefix: value('prefix'),
    KeyMarker: value('key-marker'),
    UploadIdMarker: value('upload-id-marker'),
    NextKeyMarker: more ? page.at(-1).key : undefined,
    NextUploadIdMarker: more ? page.at(-1).id : undefined,
    MaxUploads: limit,
    IsTruncated: more,
    Upload: page.map(({ key, id, initiated }) => ({ Key: key, UploadId: id, Initiated: time(initiated) })),
  });
}

function uploadOf({ request, bucket }) {
  return bucket.uploads.get(request.values.get('uploadId'), request.key);
}

function partNumber(request) {
  const number = request.number('partNumber', 0);
  if (number < 1 || number > mostParts) throw new S3Error('InvalidArgument', `Part numbers go from 1 to ${mostParts}.`);
  return number;
}

function sourceRange(headers, object) {
  const text = headers['x-amz-copy-source-range'];
  if (text === undefined) return {};
  const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(text)?.map(Number) ?? [];
  if (!(start <= end && end < object.size))
    throw new S3Error('InvalidArgument', 'The range of the source is not valid.');
  return { start, end };
}
