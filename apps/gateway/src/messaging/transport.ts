import { FleetError } from '@app/contracts';

/** The ways an answer comes: over the sockets, with the request's own answer, or as server-sent events. */
export type Transport = 'websocket' | 'http' | 'sse';

/** Under their new and old names. */
const TRANSPORTS: Record<string, Transport> = {
  websocket: 'websocket',
  http: 'http',
  sync: 'http',
  sse: 'sse',
  stream: 'sse',
};

/**
 * The transport a body asks for, under its new or old name.
 *
 * @throws FleetError INVALID_TRANSPORT
 */
export function transportOf({ transport, mode }: { transport?: unknown; mode?: unknown }): Transport {
  const name = transport ?? mode ?? 'websocket';
  if (typeof name === 'string' && Object.hasOwn(TRANSPORTS, name)) return TRANSPORTS[name]!;
  throw new FleetError('INVALID_TRANSPORT', 'Invalid transport. Must be one of: http, sse, websocket, sync, stream');
}
