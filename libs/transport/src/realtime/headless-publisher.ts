import { Server } from 'socket.io';
import type { RedisConnections } from '../redis/redis-connections.js';
import { fleetAdapter } from './adapter-factory.js';
import type { FleetAdapter } from './fleet-adapter.js';
import { RoomPublisher } from './room-publisher.js';

/** A publisher for a process without sockets: a Socket.IO server that listens nowhere, on the same adapter. */
export function headlessPublisher(
  redis: RedisConnections,
  onError: (error: unknown, doing: string) => void,
): RoomPublisher {
  const server = new Server();
  server.adapter(fleetAdapter(redis, { onError }) as never);
  const { adapter } = server.of('/');
  return new RoomPublisher(() => adapter as unknown as FleetAdapter);
}
