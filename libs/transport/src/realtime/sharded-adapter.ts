import { createShardedAdapter } from '@socket.io/redis-adapter';
import type { Namespace } from 'socket.io';
import { ClusterAdapter, type ClusterMessage, type ClusterResponse } from 'socket.io-adapter';

/** What the sharded adapter asks of a subscribing client. */
export interface Subscriber {
  ssubscribe(channel: string): unknown;
  sunsubscribe(channel: string | string[]): unknown;
  on(event: 'smessageBuffer', listener: (channel: Buffer, message: Buffer) => void): unknown;
}

/** What the sharded adapter asks of a publishing client. */
export interface Publisher {
  spublish(channel: string, message: string | Buffer): Promise<unknown>;
}

/** The sharded adapter's shape, as far as its subclass relies on it. */
declare abstract class ShardedAdapter extends ClusterAdapter {
  protected doPublish(message: ClusterMessage): Promise<string>;
  protected doPublishResponse(requester: string, response: ClusterResponse): Promise<void>;
  protected dynamicChannel(room: string): string;
  protected shouldUseASeparateNamespace(room: string): boolean;
}

type Constructor = new (
  namespace: Namespace,
  publisher: Publisher,
  subscriber: Subscriber,
  options: Parameters<typeof createShardedAdapter>[2],
) => ShardedAdapter;

/**
 * `@socket.io/redis-adapter` hands out instances but not their class, and only a subclass can decide what is
 * delivered when: so the class is taken from an instance that talks to nobody.
 */
export const ShardedRedisAdapter = ((): Constructor => {
  const silent = { ssubscribe: () => undefined, sunsubscribe: () => undefined, on: () => undefined };
  const nowhere = { name: '/', server: { encoder: undefined } };
  const instance: object = createShardedAdapter(silent, silent)(nowhere);
  return instance.constructor as Constructor;
})();
