import { S3Error } from './errors.mjs';

/** An entity tag as it stands in headers and XML. */
export const quoted = (etag) => `"${etag}"`;

/** Dates in HTTP have whole seconds. Conditions are compared in the same grain. */
const seconds = (time) => Math.floor(time / 1000);

/** An entity tag as a client wrote it, bare. */
export const bareTag = (text) => text.trim().replace(/^W\//, '').replace(/^"|"$/g, '');

function names(header, etag) {
  return header.split(',').some((tag) => tag.trim() === '*' || bareTag(tag) === etag);
}

/**
 * Judges the conditions of a read: throws PreconditionFailed, or says whether the caller's copy is still good.
 * @param {Record<string, string>} headers
 * @param {{ etag: string, modified: number }} object
 * @param {string} [prefix] `x-amz-copy-source-` for the source of a copy
 * @returns {boolean} true when nothing has changed
 */
export function isUnchanged(headers, object, prefix = '') {
  const match = headers[`${prefix}if-match`];
  const noneMatch = headers[`${prefix}if-none-match`];
  const since = Date.parse(headers[`${prefix}if-modified-since`]);
  const until = Date.parse(headers[`${prefix}if-unmodified-since`]);
  const modified = seconds(object.modified);
  if (match !== undefined && !names(match, object.etag)) throw new S3Error('PreconditionFailed');
  if (match === undefined && modified > seconds(until)) throw new S3Error('PreconditionFailed');
  if (noneMatch !== undefined) return names(noneMatch, object.etag);
  return modified <= seconds(since);
}

/**
 * Makes the check a write has to pass. It gets the object that stands under the key, if there is one.
 * @param {Record<string, string>} headers
 * @returns {(current?: { etag: string }) => void}
 */
export function writeCondition(headers) {
  const match = headers['if-match'];
  const noneMatch = headers['if-none-match'];
  if (noneMatch !== undefined && noneMatch.trim() !== '*') {
    throw new S3Error('NotImplemented', 'If-None-Match on a write can only be *.');
  }
  return (current) => {
    if (noneMatch !== undefined && current) throw new S3Error('PreconditionFailed');
    if (match === undefined) return;
    if (!current) throw new S3Error('NoSuchKey');
    if (!names(match, current.etag)) throw new S3Error('PreconditionFailed');
  };
}

/**
 * The bytes a read wants, or undefined for the whole object. Ranges we do not understand are ignored, as HTTP demands.
 * @param {Record<string, string>} headers
 * @param {{ size: number, etag: string, modified: number }} object
 * @returns {{ start: number, end: number } | undefined}
 */
export function rangeOf(headers, object) {
  const match = /^bytes=(\d*)-(\d*)$/.exec(headers.range?.trim() ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return undefined;
  if (!stillTheSame(headers['if-range'], object)) return undefined;
  const [first, last] = match.slice(1);
  const suffix = first === '';
  const start = suffix ? Math.max(0, object.size - Number(last)) : Number(first);
  const end = suffix || last === '' ? object.size - 1 : Math.min(Number(last), object.size - 1);
  if (!suffix && last !== '' && Number(last) < start) return undefined;
  if (start > end) {
    throw new S3Error('InvalidRange', undefined, { 'content-range': `bytes */${object.size}` });
  }
  return { start, end };
}

// If-Range: the rest of a download that broke off is only worth something when it belongs to the same version.
function stillTheSame(condition, object) {
  if (condition === undefined) return true;
  if (condition.includes('"')) return bareTag(condition) === object.etag;
  return seconds(Date.parse(condition)) === seconds(object.modified);
}
