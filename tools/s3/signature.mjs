import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { S3Error } from './errors.mjs';

const algorithm = 'AWS4-HMAC-SHA256';
const longestSkew = 15 * 60_000;
const longestExpiry = 7 * 24 * 3600;

export const sha256 = (data) => createHash('sha256').update(data).digest('hex');
const hmac = (key, data) => createHmac('sha256', key).update(data).digest();

/** Percent-encodes as signatures demand it: everything but letters, digits and `-._~`. */
export function encode(text) {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

/**
 * @typedef {object} Signed
 * @property {string} payload the announced SHA-256 of the body, or one of the words that stand in its place
 * @property {SigningContext} context what the signatures of chunks are derived from
 *
 * @typedef {{ key: Buffer, date: string, scope: string, signature: string }} SigningContext
 */

/**
 * Checks the signature of a request, in its headers or in its address, and throws when anything about it is wrong.
 * @param {{ method: string, path: string, query: [string, string][], headers: Record<string, string> }} request
 * @param {{ accessKeyId: string, secretAccessKey: string }} credentials
 * @param {number} [now]
 * @returns {Signed}
 */
export function authenticate(request, credentials, now = Date.now()) {
  const presigned = new Map(request.query).has('X-Amz-Signature');
  const claim = presigned ? claimOfAddress(request, now) : claimOfHeaders(request, now);
  const context = contextOf(claim, credentials);
  refuseUnsignedHeaders(request.headers, claim.signedHeaders);
  const toSign = [algorithm, claim.date, context.scope, sha256(canonical(request, claim))].join('\n');
  expectSignature(context.key, toSign, claim.signature);
  return { payload: claim.payload, context };
}

/** Checks the signature of a policy document that came with a browser's form. */
export function authenticatePolicy(policy, { credential, date, signature }, credentials) {
  const { key } = contextOf({ credential, date, signature }, credentials);
  expectSignature(key, policy, signature);
}

/** The signature that continues the chain after `context.signature`; the last line depends on what is signed. */
export function chainSignature(context, kind, lines) {
  const toSign = [`${algorithm}-${kind}`, context.date, context.scope, context.signature, ...lines].join('\n');
  return hmac(context.key, toSign).toString('hex');
}

function claimOfHeaders({ headers }, now) {
  const match = /^AWS4-HMAC-SHA256 Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{64})$/.exec(
    headers.authorization ?? '',
  );
  if (!headers.authorization) throw new S3Error('AccessDenied', 'Anonymous access is forbidden.');
  if (!match) throw new S3Error('AuthorizationHeaderMalformed');
  const [, credential, signedHeaders, signature] = match;
  const date = headers['x-amz-date'] ?? '';
  const payload = headers['x-amz-content-sha256'];
  if (!/^([0-9a-f]{64}|UNSIGNED-PAYLOAD|STREAMING-[A-Z0-9-]+)$/.test(payload ?? '')) {
    throw new S3Error('InvalidRequest', 'The header x-amz-content-sha256 is missing or not valid.');
  }
  if (!(Math.abs(now - instantOf(date)) <= longestSkew)) throw new S3Error('RequestTimeTooSkewed');
  return { credential, date, payload, signature, signedHeaders: signedHeaders.split(';') };
}

function claimOfAddress({ query, headers }, now) {
  const values = new Map(query);
  const value = (name) => values.get(`X-Amz-${name}`) ?? '';
  const date = value('Date');
  const made = instantOf(date);
  const lifetime = Number(value('Expires'));
  if (value('Algorithm') !== algorithm) throw new S3Error('AccessDenied', 'X-Amz-Algorithm is not supported.');
  if (!(lifetime >= 1 && lifetime <= longestExpiry))
    throw new S3Error('AccessDenied', 'X-Amz-Expires is out of range.');
  if (!(made - now <= longestSkew)) throw new S3Error('AccessDenied', 'Request is not valid yet.');
  if (!(now < made + lifetime * 1000)) throw new S3Error('AccessDenied', 'Request has expired.');
  return {
    credential: value('Credential'),
    date,
    payload: headers['x-amz-content-sha256'] ?? values.get('X-Amz-Content-Sha256') ?? 'UNSIGNED-PAYLOAD',
    signature: value('Signature'),
    signedHeaders: value('SignedHeaders').split(';'),
  };
}

function contextOf({ credential, date, signature }, { accessKeyId, secretAccessKey }) {
  const [keyId, day, region, service, end, ...rest] = credential.split('/');
  if (service !== 's3' || end !== 'aws4_request' || rest.length > 0 || !date.startsWith(`${day}T`)) {
    throw new S3Error('AuthorizationHeaderMalformed', 'The credential scope is not valid.');
  }
  if (keyId !== accessKeyId) throw new S3Error('InvalidAccessKeyId');
  // Any region is accepted: clients are configured for many, and the key is derived from the one they name.
  const key = [day, region, service, end].reduce(hmac, `AWS4${secretAccessKey}`);
  return { key, date, scope: [day, region, service, end].join('/'), signature };
}

// An unsigned x-amz header on a signed address would let its bearer change what the signer allowed.
function refuseUnsignedHeaders(headers, signedHeaders) {
  const unsigned = Object.keys(headers).filter(
    (name) => name.startsWith('x-amz-') && name !== 'x-amz-content-sha256' && !signedHeaders.includes(name),
  );
  if (!signedHeaders.includes('host')) unsigned.push('host');
  if (unsigned.length === 0) return;
  throw new S3Error('AccessDenied', `There were headers present which were not signed: ${unsigned.join(', ')}`);
}

function canonical({ method, path, query, headers }, { payload, signedHeaders }) {
  const segments = path.split('/').map((segment) => encode(decodeURIComponent(segment)));
  const pairs = query
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`);
  const lines = signedHeaders.map((name) => `${name}:${(headers[name] ?? '').trim().replace(/\s+/g, ' ')}`);
  const names = signedHeaders.join(';');
  return [method, segments.join('/'), sortPairs(pairs).join('&'), ...lines, '', names, payload].join('\n');
}

// "a=1" must come before "a-b=1": names are compared first, and "=" does not take part.
function sortPairs(pairs) {
  const key = (pair) => pair.replace('=', '\0');
  return pairs.sort((one, other) => (key(one) < key(other) ? -1 : 1));
}

function expectSignature(key, toSign, signature) {
  const expected = hmac(key, toSign);
  const given = Buffer.from(signature, 'hex');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw new S3Error('SignatureDoesNotMatch');
}

function instantOf(date) {
  return Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}
