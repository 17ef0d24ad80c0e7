import type { Logger } from '@app/platform';
import { BeforeApplicationShutdown, Inject, Injectable, OnApplicationBootstrap } from '@nestjs/common';
import { GatewayEnv } from '../env.js';
import { LOGGER } from '../tokens.js';
import { slowReaders } from './socket-metrics.js';
import { SocketServerHolder } from './socket-server-holder.js';

/** How often is looked, in milliseconds. */
const LOOK_MS = 1_000;

/** In so many looks in a row too much has to wait: who came back is told much at once, and reads it. */
const LOOKS = 5;

/** What waits for a connection, as far as engine.io tells of it. */
interface Connection {
  id: string;
  writeBuffer: { data?: unknown }[];
  transport: { name: string; socket?: { bufferedAmount?: number; terminate?: () => void } };
  close(discard?: boolean): void;
}

/**
 * Ends connections whose clients read slower than they are told things, before what waits for them fills the memory of
 * everybody else. Such a client comes back by itself and is told what it missed from Postgres.
 */
@Injectable()
export class SlowReaders implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly behind = new WeakMap<Connection, number>();
  private timer?: NodeJS.Timeout;

  constructor(
    @Inject(SocketServerHolder) private readonly holder: SocketServerHolder,
    @Inject(GatewayEnv) private readonly env: GatewayEnv,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.look(), LOOK_MS);
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    const most = this.env.SOCKET_BUFFER_KB * 1024;
    for (const { conn, data } of this.holder.sockets()) {
      const connection = conn as unknown as Connection;
      const bytes = waiting(connection);
      const looks = bytes > most ? (this.behind.get(connection) ?? 0) + 1 : 0;
      this.behind.set(connection, looks);
      if (looks < LOOKS) continue;
      slowReaders.add({});
      const { tenantId } = data.caller;
      this.logger.warn({ tenantId, socketId: connection.id, bytes }, 'A client reads too slowly; it has to come back');
      end(connection);
    }
  }
}

/** Bytes that wait in this process, near enough: characters of texts count as one. */
function waiting({ writeBuffer, transport }: Connection): number {
  let bytes = transport.socket?.bufferedAmount ?? 0;
  for (const { data } of writeBuffer) {
    if (typeof data === 'string' || Buffer.isBuffer(data)) bytes += data.length;
  }
  return bytes;
}

/** At once, and throwing away what waits: a farewell would only wait behind it. */
function end(connection: Connection): void {
  const { socket } = connection.transport;
  if (socket?.terminate) socket.terminate();
  else connection.close(true);
}
