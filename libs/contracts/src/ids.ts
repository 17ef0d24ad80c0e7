import { createHash, randomBytes } from 'node:crypto';

/** A UUID in text form. ElizaOS checks only 8-4-4-4-12 hex digits, without version or variant, and so do we. */
export type Uuid = string;

/** The tenant of an installation that has only one. */
export const DEFAULT_TENANT_ID: Uuid = '00000000-0000-0000-0000-000000000001';

/** To an ElizaOS client this message server is "my tenant's default server". */
export const DEFAULT_MESSAGE_SERVER_ID: Uuid = '00000000-0000-0000-0000-000000000000';

/** Who speaks when nobody says who does: a caller that is nobody in particular. */
export const SYSTEM_ENTITY_ID: Uuid = '00000000-0000-0000-0000-000000000002';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether `value` is a UUID by ElizaOS's rule. */
export function isUuid(value: unknown): value is Uuid {
  return typeof value === 'string' && UUID.test(value);
}

/** A new time-ordered id (UUID version 7, RFC 9562): rows made one after the other lie beside each other. */
export function newId(now: number = Date.now()): Uuid {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(now, 0, 6);
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return format(bytes);
}

/** The id that always belongs to `name` within `namespace` (UUID version 5, RFC 9562). */
export function derivedId(namespace: Uuid, name: string): Uuid {
  const hash = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(name)
    .digest();
  hash[6] = (hash[6]! & 0x0f) | 0x50;
  hash[8] = (hash[8]! & 0x3f) | 0x80;
  return format(hash);
}

/**
 * ElizaOS's id of a name: SHA-1 of the URI-encoded text with variant bits set and version 0. Equal agent names give
 * equal ids, so such an id is unique only inside a tenant.
 */
export function elizaId(name: string): Uuid {
  const hash = createHash('sha1').update(encodeURIComponent(name)).digest();
  hash[6] = hash[6]! & 0x0f;
  hash[8] = (hash[8]! & 0x3f) | 0x80;
  return format(hash);
}

/** ElizaOS's id of an agent's own room for a channel, or of its own world for a message server. */
export function ownId(agentId: Uuid, of: Uuid): Uuid {
  return of === agentId ? agentId : elizaId(`${of}:${agentId}`);
}

/** The id of a turn's reply, and of the stream that announces it: known at claim, another for each attempt. */
export function replyId(turnId: Uuid, attempt: number, ordinal: number): Uuid {
  return derivedId(turnId, `${attempt}:${ordinal}`);
}

function format(bytes: Buffer): Uuid {
  const hex = bytes.toString('hex', 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Who said a message that was erased. */
export const ERASED_ENTITY_ID: Uuid = '00000000-0000-0000-0000-0000000000ee';

/** What stands in the place of a message that was erased. */
export const ERASED_TEXT = '[erased]';
