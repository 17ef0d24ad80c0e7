import type { Uuid } from './ids.js';

/** The socket room of a channel. A bare channel id is never a room: equal ids live in several tenants. */
export function channelRoom(tenantId: Uuid, channelId: Uuid): string {
  return `t:${tenantId}:c:${channelId}`;
}

/** The tenant and channel of a room made by {@link channelRoom}; undefined for any other room. */
export function parseChannelRoom(room: string): { tenantId: Uuid; channelId: Uuid } | undefined {
  const match = /^t:([0-9a-f-]{36}):c:([0-9a-f-]{36})$/.exec(room);
  return match ? { tenantId: match[1]!, channelId: match[2]! } : undefined;
}

/** The Redis key of one tenant's `name`. */
export function tenantKey(prefix: string, tenantId: Uuid, name: string): string {
  return `${prefix}:t:${tenantId}:${name}`;
}

/** The Redis key of something that belongs to no tenant, such as what is known of an address before anybody is known. */
export function installationKey(prefix: string, name: string): string {
  return `${prefix}:i:${name}`;
}

/** The S3 key of one tenant's object, for example `t/<tenant>/uploads/agents/<id>/<file>`. */
export function objectKey(tenantId: Uuid, ...path: string[]): string {
  return ['t', tenantId, ...path].join('/');
}

/** The tenant and path of a key made by {@link objectKey}; undefined for any other key. */
export function parseObjectKey(key: string): { tenantId: Uuid; path: string } | undefined {
  const match = /^t\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/(.+)$/.exec(key);
  return match ? { tenantId: match[1]!, path: match[2]! } : undefined;
}

/** The Redis channel on which a process hears the answers to what it asked. */
export function answersChannel(prefix: string, process: Uuid): string {
  return `${prefix}:answers:${process}`;
}
