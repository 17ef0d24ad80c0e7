import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Uuid } from '@app/contracts';

/**
 * A tenant's key as its holder has it: `efk_<tenant and id>_<secret>`. The tenant stands in it, so a key is looked up
 * behind its own tenant's fence. What stands in it is not believed: the secret's hash covers it.
 */
export interface PresentedKey {
  tenantId: Uuid;
  id: Uuid;
  hash: Buffer;
}

const PREFIX = 'efk';
const SECRET_BYTES = 32;
const SHAPE = new RegExp(`^${PREFIX}_([A-Za-z0-9_-]{43})_([A-Za-z0-9_-]{43})$`);

/** A key's text, told once, and what is kept of it. */
export function newApiKey(tenantId: Uuid, id: Uuid): { text: string; hash: Buffer } {
  const secret = randomBytes(SECRET_BYTES);
  const name = Buffer.from((tenantId + id).replaceAll('-', ''), 'hex').toString('base64url');
  return { text: `${PREFIX}_${name}_${secret.toString('base64url')}`, hash: hashOf(secret, tenantId, id) };
}

/** Whether a credential is meant to be a tenant's key, good or bad. */
export function looksLikeApiKey(text: string): boolean {
  return text.startsWith(`${PREFIX}_`);
}

/** What a credential says it is; undefined when it is not shaped like a key. */
export function parseApiKey(text: string): PresentedKey | undefined {
  const [, name, secret] = SHAPE.exec(text) ?? [];
  if (name === undefined || secret === undefined) return undefined;
  const ids = Buffer.from(name, 'base64url').toString('hex');
  const tenantId = dashed(ids.slice(0, 32));
  const id = dashed(ids.slice(32));
  return { tenantId, id, hash: hashOf(Buffer.from(secret, 'base64url'), tenantId, id) };
}

/** Whether two hashes are equal, in a time that tells nothing about where they differ. */
export function sameHash(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

/**
 * One pass of HMAC. Slow hashes make up for secrets that people choose; nobody guesses 256 random bits, and a slow hash
 * would let strangers keep our processors busy. Tenant and id are part of it, so that a hash copied to another row
 * opens nothing.
 */
function hashOf(secret: Buffer, tenantId: Uuid, id: Uuid): Buffer {
  return createHmac('sha256', secret).update(`api key ${tenantId} ${id}`).digest();
}

function dashed(hex: string): Uuid {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
