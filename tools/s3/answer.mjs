import { finished } from 'node:stream/promises';
import { S3Error } from './errors.mjs';
import { toXml } from './xml.mjs';

const longestDrain = 2000;

/**
 * Answers with headers only.
 * @param {import('node:http').ServerResponse} response
 */
export function sendEmpty(response, status, headers = {}) {
  writeHead(response, status, headers);
  response.end();
}

/** Answers with an XML document. */
export function sendXml(response, root, content, { status = 200, headers = {} } = {}) {
  const body = Buffer.from(toXml(root, content));
  writeHead(response, status, { ...headers, 'content-type': 'application/xml', 'content-length': body.length });
  response.end(body);
}

/** Sends the head of an answer. A value that cannot be a header is the fault of the caller who asked for it. */
export function writeHead(response, status, headers) {
  try {
    response.writeHead(status, headers);
  } catch (error) {
    if (error.code !== 'ERR_INVALID_CHAR') throw error;
    throw new S3Error('InvalidArgument', 'A header value cannot be represented in ISO-8859-1.');
  }
}

/**
 * Tells the caller what went wrong.
 * @param {import('node:http').IncomingMessage} incoming
 * @param {import('node:http').ServerResponse} response
 * @param {unknown} error
 */
export function sendError(incoming, response, error) {
  const known = error instanceof S3Error ? error : new S3Error('InternalError');
  if (response.headersSent) return void response.destroy();
  const content = { Code: known.code, Message: known.message, RequestId: response.getHeader('x-amz-request-id') };
  const body = Buffer.from(toXml('Error', content, { plain: true }));
  const headers = { ...known.headers, 'content-type': 'application/xml', 'content-length': body.length };
  response.writeHead(known.status, headers);
  response.end(incoming.method === 'HEAD' ? undefined : body);
}

/**
 * Reads away what is still coming in, for a while. Clients that are busy sending would otherwise see a broken
 * connection in place of the answer.
 * @param {import('node:http').IncomingMessage} incoming
 */
export async function drain(incoming) {
  if (incoming.complete || incoming.destroyed) return;
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), longestDrain);
  await finished(incoming.resume(), { signal: abort.signal, writable: false }).catch(() => {});
  clearTimeout(timer);
}
