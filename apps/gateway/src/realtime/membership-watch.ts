import { channelRoom, type Uuid } from '@app/contracts';
import { boundEntity } from '@app/identity';
import { Database } from '@app/persistence';
import type { Logger } from '@app/platform';
import type { FleetAdapter } from '@app/transport';
import { Inject, Injectable } from '@nestjs/common';
import { LOGGER } from '../tokens.js';
import type { CallerSocket } from './socket-server.js';

/**
 * Takes end users' sockets out of rooms of channels they take part in no more. Every change of who takes part is an
 * event in the channel's order: it reaches each gateway at once, and when Redis loses it, with the next comparison.
 */
@Injectable()
export class MembershipWatch {
  private readonly watched = new WeakMap<CallerSocket, Map<Uuid, () => void>>();

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** From now on the socket hears a channel only as long as its caller takes part in it. */
  begin(socket: CallerSocket, channelId: Uuid): void {
    const { caller } = socket.data;
    const channels = this.channelsOf(socket);
    if (boundEntity(caller) === undefined || channels.has(channelId) || !socket.connected) return;
    const adapter = socket.nsp.adapter as unknown as FleetAdapter;
    const stop = adapter.listen(channelRoom(caller.tenantId, channelId), (event) => {
      if (event === 'channelUpdated') void this.look(socket, channelId);
      if (event === 'channelDeleted') this.end(socket, channelId);
    });
    channels.set(channelId, stop);
  }

  /** Whether the socket's caller takes part in the channel, or acts for the tenant; if not, it is taken out. */
  async look(socket: CallerSocket, channelId: Uuid): Promise<boolean> {
    const { caller } = socket.data;
    const own = boundEntity(caller);
    if (own === undefined) return true;
    try {
      const takesPart = await this.database.inTenant(caller.tenantId, (tenant) =>
        tenant.participants.has(channelId, own),
      );
      if (takesPart) return true;
      this.end(socket, channelId);
      await socket.leave(channelRoom(caller.tenantId, channelId));
    } catch (error) {
      this.logger.warn({ err: error, tenantId: caller.tenantId }, 'Could not ask whether a socket may still listen');
      socket.conn.close(); // its client connects again, and is asked again
    }
    return false;
  }

  private end(socket: CallerSocket, channelId: Uuid): void {
    const channels = this.channelsOf(socket);
    channels.get(channelId)?.();
    channels.delete(channelId);
  }

  private channelsOf(socket: CallerSocket): Map<Uuid, () => void> {
    const known = this.watched.get(socket);
    if (known) return known;
    const channels = new Map<Uuid, () => void>();
    this.watched.set(socket, channels);
    socket.once('disconnecting', () => {
      for (const stop of channels.values()) stop();
      channels.clear();
    });
    return channels;
  }
}
