import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { FleetError, type Uuid } from '@app/contracts';
import type { IdentityService, LimitsService, PresenceListener, TenantContext } from '@app/identity';
import { fleetAdapter, type Heard, type RedisConnections, type RoomMemory, type Sequencer } from '@app/transport';
import type { Logger } from '@app/platform';
import type { INestApplicationContext } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import type { DefaultEventsMap, Server, ServerOptions, Socket } from 'socket.io';
import { handshakes, rooms, sockets } from './socket-metrics.js';
import type { SocketServerHolder } from './socket-server-holder.js';

/** ElizaOS's pings. A connection that neither answered nor broke for the sum of both is closed. */
const PING_INTERVAL_MS = 25_000;
const PING_TIMEOUT_MS = 20_000;

/** What was sent longer ago, in milliseconds, has reached its socket if that is still connected. */
export const SURELY_RECEIVED_MS = PING_INTERVAL_MS + PING_TIMEOUT_MS;

/** A socket whose handshake was accepted. */
export type CallerSocket = Socket<DefaultEventsMap, DefaultEventsMap, DefaultEventsMap, SocketData>;

/** What we know of a socket. */
interface SocketData {
  caller: TenantContext & { entityId: string };
  /** What its client is known by when it comes back. */
  session: string;
  /** What its client heard before it lost its connection. */
  heard?: Heard;
  /** Behind which event of each channel it began to hear. */
  joined: Map<Uuid, number>;
}

/** What the socket server is made of. */
export interface SocketServerParts {
  holder: SocketServerHolder;
  redis: RedisConnections;
  sequencer: Sequencer;
  identity: IdentityService;
  limits: LimitsService;
  memory: RoomMemory;
  logger: Logger;
  /** Where browsers may connect from; `true` is anywhere. */
  origin: true | string[];
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
    const { holder, redis, sequencer, logger, origin } = this.parts;
    const onError = (error: unknown, doing: string): void =>
      logger.debug({ err: error, doing }, 'The socket adapter failed');
    const server: Server = super.createIOServer(port, {
      ...options,
      adapter: fleetAdapter(redis, { sequencer, onError }),
      cors: { origin, credentials: true },
      // Browsers do not ask before they open a WebSocket to a foreign origin: the answer is here.
      allowRequest: (request: IncomingMessage, answer: (error: null, isAllowed: boolean) => void) =>
        answer(null, mayConnect(request, origin)),
      pingInterval: PING_INTERVAL_MS,
      pingTimeout: PING_TIMEOUT_MS,
      connectTimeout: 10_000,
      maxHttpBufferSize: 1_000_000,
      perMessageDeflate: false,
      serveClient: false,
    } as unknown as ServerOptions);
    server.use((socket, next) => void this.admit(socket, next));
    holder.hold(server);
    const { sockets: connected } = server.of('/');
    const ends = [sockets.watch({}, () => connected.size), rooms.watch({}, () => sequencer.size)];
    server.httpServer.once('close', () => ends.forEach((end) => end()));
    return server;
  }

  private async admit(socket: Socket, next: (error?: Error) => void): Promise<void> {
    const given: Record<string, unknown> = socket.handshake.auth;
    try {
      const admission = await this.parts.identity.ofHandshake(socket.request, given);
      const { caller } = admission;
      const data = await this.dataOf(caller, text(given['pid']));
      const leave = await this.parts.limits.enter(caller, admission.address);
      socket.data = data;
      const unwatch = admission.watch(watcherOf(socket as CallerSocket));
      const depart = (): void => {
        unwatch();
        leave();
      };
      setImmediate(() => (socket.connected ? socket.once('disconnect', depart) : depart()));
      // Clients of Socket.IO keep what they are told as `pid`, and bring it along when they connect again.
      (socket as unknown as { pid: string }).pid = data.session;
      handshakes.add({ outcome: data.heard ? 'known' : 'welcome' });
      next();
    } catch (error) {
      this.refuse(socket, error, next);
    } finally {
      // Nobody reads the request of a handshake again; keeping it costs memory for as long as the socket lives.
      (socket.conn as { request: IncomingMessage | null }).request = null;
    }
  }

  /** Clients give up when they are refused, and come back when they lose their connection: that is for our own faults. */
  private refuse(socket: Socket, error: unknown, next: (error: Error) => void): void {
    const isRefused = error instanceof FleetError && error.code !== 'UNAVAILABLE';
    handshakes.add({ outcome: isRefused ? 'refused' : 'failed' });
    if (isRefused) return next(error);
    this.parts.logger.error({ err: error }, 'A handshake failed');
    socket.conn.close();
  }

  /** A session that is known goes on, so the client can tell (`socket.recovered`); any other begins anew. */
  private async dataOf(caller: SocketData['caller'], pid: string | undefined): Promise<SocketData> {
    const { tenantId, entityId } = caller;
    if (pid !== undefined && SESSION.test(pid)) {
      const heard = await this.parts.memory.recall({ tenantId, entityId, session: pid });
      if (heard) return { caller, session: pid, heard, joined: new Map() };
    }
    return { caller, session: randomUUID(), joined: new Map() };
  }
}

/** What a client that connects again may bring as its session: what {@link SocketServer} gave it. */
const SESSION = /^[0-9a-f-]{36}$/;

/** Whether a page may open a socket here. Who names no origin is no browser; a page of our own is always welcome. */
function mayConnect({ headers }: IncomingMessage, allowed: true | string[]): boolean {
  const { origin, host } = headers;
  if (origin === undefined || allowed === true || allowed.includes(origin)) return true;
  return host !== undefined && [`http://${host}`, `https://${host}`].includes(origin);
}

/** Lets a socket be what its proof has become, and ends it when there is nothing left of it. */
function watcherOf(socket: CallerSocket): PresenceListener {
  const ended = ({ code, message }: FleetError): void => {
    socket.emit('unauthorized', { code, message });
    socket.disconnect(true);
  };
  return {
    changed: (context) => {
      const { entityId } = socket.data.caller;
      const isSame = context.entityId === undefined || context.entityId === entityId;
      if (isSame) socket.data.caller = { ...context, entityId };
      else ended(new FleetError('UNAUTHORIZED', 'The credentials stand for another entity now'));
    },
    ended,
  };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
