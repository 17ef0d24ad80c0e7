import type { IncomingMessage } from 'node:http';
import { FleetError } from '@app/contracts';
import { fleetAdapter, type RedisConnections, type Sequencer } from '@app/transport';
import type { Logger } from '@app/platform';
import type { INestApplicationContext } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import type { DefaultEventsMap, Server, ServerOptions, Socket } from 'socket.io';
import type { IdentityService } from '../identity/identity.service.js';
import type { TenantContext } from '../identity/tenant-context.js';
import type { SocketServerHolder } from './socket-server-holder.js';

/** A socket whose handshake was accepted. */
export type CallerSocket = Socket<
  DefaultEventsMap,
  DefaultEventsMap,
  DefaultEventsMap,
  { caller: TenantContext & { entityId: string } }
>;

/** What the socket server is made of. */
export interface SocketServerParts {
  holder: SocketServerHolder;
  redis: RedisConnections;
  sequencer: Sequencer;
  identity: IdentityService;
  logger: Logger;
  corsOrigin?: string;
}

/** ElizaOS's Socket.IO server, over any number of gateways. */
export class SocketServer extends IoAdapter {
  constructor(
    app: INestApplicationContext,
    private readonly parts: SocketServerParts,
  ) {
    super(app);
  }

  override createIOServer(port: number, options?: ServerOptions): Server {
    const { holder, redis, sequencer, logger, corsOrigin } = this.parts;
    const onError = (error: unknown, doing: string): void =>
      logger.debug({ err: error, doing }, 'The socket adapter failed');
    const server: Server = super.createIOServer(port, {
      ...options,
      adapter: fleetAdapter(redis, { sequencer, onError }),
      cors: { origin: corsOrigin ?? true, credentials: true },
      pingInterval: 25_000,
      pingTimeout: 20_000,
      connectTimeout: 10_000,
      maxHttpBufferSize: 1_000_000,
      perMessageDeflate: false,
      serveClient: false,
    } as unknown as ServerOptions);
    server.use((socket, next) => this.admit(socket, next));
    holder.hold(server);
    return server;
  }

  private admit(socket: Socket, next: (error?: Error) => void): void {
    const { auth, headers } = socket.handshake;
    const given: Record<string, unknown> = auth;
    try {
      socket.data = {
        caller: this.parts.identity.ofHandshake({
          apiKey: text(given['apiKey']) ?? text(headers['x-api-key']),
          entityId: text(given['entityId']),
        }),
      };
      next();
    } catch (error) {
      if (!(error instanceof FleetError)) this.parts.logger.error({ err: error }, 'A handshake failed');
      next(error instanceof FleetError ? error : new Error('The handshake failed'));
    } finally {
      // Nobody reads the request of a handshake again; keeping it costs memory for as long as the socket lives.
      (socket.conn as { request: IncomingMessage | null }).request = null;
    }
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
