/**
 * What a key or a token may be good for. None holds another one: who writes and reads has both. `admin` is a tenant's
 * own settings and logs, `*` everything its tenant may do.
 */
export const SCOPES = [
  'agents:read',
  'agents:write',
  'messages:read',
  'messages:write',
  'media:read',
  'media:write',
  'admin',
  '*',
] as const;

/** One of {@link SCOPES}. */
export type Scope = (typeof SCOPES)[number];

/** Whether `value` names a scope. */
export function isScope(value: unknown): value is Scope {
  return (SCOPES as readonly unknown[]).includes(value);
}
