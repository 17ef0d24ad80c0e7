import { S3Error } from './errors.mjs';

const kept = ['content-type', 'cache-control', 'content-disposition', 'content-language', 'expires'];
const overridable = [...kept, 'content-encoding'];
const largestMetadata = 2048;

/**
 * The headers of an upload that come back with the object: its type, how it may be cached and shown, user metadata.
 * @param {Record<string, string>} headers
 */
export function storedHeaders(headers) {
  const stored = Object.fromEntries(kept.filter((name) => headers[name]).map((name) => [name, headers[name]]));
  const encodings = (headers['content-encoding'] ?? '').split(',').map((word) => word.trim());
  // "aws-chunked" is the framing of the upload, not a property of the object.
  const encoding = encodings.filter((word) => word && word !== 'aws-chunked').join(',');
  if (encoding) stored['content-encoding'] = encoding;
  const own = Object.entries(headers).filter(([name]) => name.startsWith('x-amz-meta-'));
  const size = own.reduce((sum, [name, value]) => sum + Buffer.byteLength(name.slice(11) + value), 0);
  if (size > largestMetadata) throw new S3Error('MetadataTooLarge');
  return { ...stored, ...Object.fromEntries(own) };
}

/**
 * The headers a caller wants in place of the stored ones, from `response-…` query values.
 * @param {Map<string, string>} values
 */
export function overriddenHeaders(values) {
  const wanted = overridable.filter((name) => values.has(`response-${name}`));
  return Object.fromEntries(wanted.map((name) => [name, values.get(`response-${name}`)]));
}
