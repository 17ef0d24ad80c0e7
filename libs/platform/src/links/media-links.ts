import { parseMediaPath, type Json, type JsonObject, type Uuid } from '@app/contracts';
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

const HOUR_S = 3_600;

/** So many hours a link holds at least, counted from the next full hour. */
const HOURS = 24;

/** The name of the one parameter of a link. */
const PARAMETER = 'sig';

/**
 * Signs the paths of files when they are told, so that a browser's `<img>` needs no key. A signature covers tenant,
 * path and end; the end is a full hour, so that a browser meets the same address for an hour and keeps the file. What
 * is stored is the bare path.
 */
export class MediaLinks {
  private readonly key: Buffer;

  /** @param encryptionKey 32 bytes in base64; the key of signatures is derived from it */
  constructor(encryptionKey: string) {
    this.key = Buffer.from(hkdfSync('sha256', Buffer.from(encryptionKey, 'base64'), '', 'eliza media links', 32));
  }

  /** The path with a signature of this tenant. */
  sign(tenantId: Uuid, path: string, now = Date.now()): string {
    const ends = (Math.floor(now / 1000 / HOUR_S) + 1 + HOURS) * HOUR_S;
    return `${path}?${PARAMETER}=${tenantId}.${ends}.${this.mac(tenantId, path, ends)}`;
  }

  /** The tenant that a path was signed for; undefined when the signature is not ours, or has ended. */
  tenantOf(path: string, signature: string, now = Date.now()): Uuid | undefined {
    const [, tenantId, end, mac] = /^([0-9a-f-]{36})\.([0-9]{1,12})\.([\w-]{43})$/.exec(signature) ?? [];
    if (tenantId === undefined || end === undefined || mac === undefined) return undefined;
    const expected = Buffer.from(this.mac(tenantId, path, Number(end)));
    if (!timingSafeEqual(expected, Buffer.from(mac))) return undefined;
    return Number(end) * 1000 > now ? tenantId : undefined;
  }

  /** The same value with the attachments in it signed, wherever they stand. What holds none is answered as it is. */
  signedIn<T>(tenantId: Uuid, value: T): T {
    return inAttachments(value, (url) => (parseMediaPath(url) ? this.sign(tenantId, url) : url));
  }

  /** The same value with the signatures taken off its attachments: how a message is stored. */
  static bareIn<T>(value: T): T {
    return inAttachments(value, bare);
  }

  private mac(tenantId: Uuid, path: string, ends: number): string {
    return createHmac('sha256', this.key).update(`${tenantId}\n${path}\n${ends}`).digest('base64url');
  }
}

function bare(url: string): string {
  const [path = '', ...query] = url.split('?');
  return query.length > 0 && parseMediaPath(path) ? path : url;
}

/** Deeper than anything that carries attachments. */
const MAX_DEPTH = 12;

function inAttachments<T>(value: T, change: (url: string) => string): T {
  return walk(value as Json, change, MAX_DEPTH) as T;
}

/** Copies what changes, and nothing else. */
function walk(value: Json, change: (url: string) => string, depth: number): Json {
  if (typeof value !== 'object' || value === null || depth === 0) return value;
  if (Array.isArray(value)) {
    const items = value.map((item) => walk(item, change, depth - 1));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  let copy: JsonObject | undefined;
  for (const [key, inner] of Object.entries(value)) {
    const next = key === 'attachments' ? attachments(inner, change) : walk(inner, change, depth - 1);
    if (next !== inner) copy = { ...(copy ?? value), [key]: next };
  }
  return copy ?? value;
}

function attachments(value: Json, change: (url: string) => string): Json {
  if (!Array.isArray(value)) return value;
  const items = value.map((item) => {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) return item;
    const url = item['url'];
    if (typeof url !== 'string') return item;
    const next = change(url);
    return next === url ? item : { ...item, url: next };
  });
  return items.some((item, index) => item !== value[index]) ? items : value;
}
