import { channelRoom, parseChannelRoom } from '@app/contracts';
import type { Database, Dispatch } from '@app/persistence';
import type { MediaLinks } from '@app/platform';
import type { EventPacket, EventSource, FleetAdapter } from '@app/transport';
import { announcementOf } from './announcements.js';

/** How many events one look into Postgres brings at most. */
const PAGE = 200;

/** Channel events as Postgres has them: where the sequencer finds what Redis lost. */
export class StoredEvents implements EventSource {
  /** @param adapter asked for at each use: the socket server is made after this */
  constructor(
    private readonly parts: { database: Database; dispatch: Dispatch; links: MediaLinks },
    private readonly adapter: () => FleetAdapter,
  ) {}

  async replay(room: string, seq: number, deliver: (seq: number, event: () => void) => void): Promise<boolean> {
    const { tenantId, channelId } = channelOf(room);
    const { channel, events } = await this.parts.database.inTenant(tenantId, async (tenant) => ({
      channel: await tenant.channels.find(channelId),
      events: await tenant.messages.eventsAfter(channelId, seq, PAGE),
    }));
    if (!channel) return false;
    for (const event of events) {
      const announcement = announcementOf(event, channel);
      deliver(event.seq, () => {
        if (!announcement) return;
        const told = this.parts.links.signedIn(tenantId, announcement.payload);
        this.send(room, { type: 2, data: [announcement.event, told] });
      });
    }
    return events.length === PAGE;
  }

  async heads(rooms: string[]): Promise<Map<string, number>> {
    const heads = await this.parts.dispatch.lastSeqs(rooms.map(channelOf));
    return new Map(heads.map((head) => [channelRoom(head.tenantId, head.channelId), head.lastSeq]));
  }

  gone(room: string): void {
    this.send(room, { type: 2, data: ['channelDeleted', { channelId: channelOf(room).channelId }] });
    this.adapter()
      .delSockets({ rooms: new Set([room]), flags: { local: true } }, [room])
      .catch(() => undefined);
  }

  private send(room: string, packet: EventPacket): void {
    this.adapter().deliverHere(packet, { rooms: new Set([room]), except: new Set(), flags: {} });
  }
}

function channelOf(room: string): { tenantId: string; channelId: string } {
  const channel = parseChannelRoom(room);
  if (!channel) throw new Error(`${room} is not the room of a channel`);
  return channel;
}
