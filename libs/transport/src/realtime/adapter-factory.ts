import type { Namespace } from 'socket.io';
import type { RedisConnections } from '../redis/redis-connections.js';
import { FleetAdapter, type FleetAdapterOptions } from './fleet-adapter.js';

/** What Socket.IO's `adapter` option takes: makes our adapter for each namespace, over two connections of its own. */
export function fleetAdapter(
  redis: RedisConnections,
  options: Pick<FleetAdapterOptions, 'onError' | 'sequencer'>,
): (namespace: Namespace) => FleetAdapter {
  const publisher = redis.connect('publisher', 'fail-fast', { enableAutoPipelining: true });
  const subscriber = redis.connect('subscriber', 'fail-fast');
  const channelPrefix = `${redis.prefix}:io`;
  // Socket.IO calls it with `new`, which an arrow function refuses.
  return function (namespace) {
    return new FleetAdapter(namespace, { publisher, subscriber, channelPrefix, ...options });
  };
}
