import type { FleetAdapter } from '@app/transport';
import { Injectable } from '@nestjs/common';
import type { Server } from 'socket.io';
import type { CallerSocket } from './socket-server.js';

/** Where the socket server is found by those who are made before it. */
@Injectable()
export class SocketServerHolder {
  private server?: Server;

  hold(server: Server): void {
    this.server = server;
  }

  /** The adapter behind the rooms; there is one once the server is made. */
  adapter(): FleetAdapter {
    if (!this.server) throw new Error('The socket server has not been made yet');
    return this.server.of('/').adapter as unknown as FleetAdapter;
  }

  /** All sockets that are connected here. */
  sockets(): Iterable<CallerSocket> {
    return (this.server?.of('/').sockets.values() ?? []) as Iterable<CallerSocket>;
  }
}
