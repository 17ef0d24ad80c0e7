import type { Uuid } from '@app/contracts';
import { boundEntity, type TenantContext } from '@app/identity';
import { Database } from '@app/persistence';
import { MediaLinks } from '@app/platform';
import { Inject, Injectable } from '@nestjs/common';
import { announcementOf, type Announcement } from './announcements.js';

/** A socket that missed more than so many events of a channel gets the last of them. */
const MOST_MISSED = 500;

/** How many events one look into Postgres brings at most. */
const PAGE = 100;

/** Where a look begins: after this event; or else by what was surely received. */
interface Since {
  seq?: number;
  from: number;
  sure: Date;
}

/** What one look found. */
interface Missed {
  /** The last event of the channel. */
  head: number;
  /** The event that the first of these follows. */
  since: number;
  events: { seq: number; announcement?: Announcement }[];
}

/** Finds what a caller missed of a channel, as its listeners would hear it today. */
@Injectable()
export class MissedEvents {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(MediaLinks) private readonly links: MediaLinks,
  ) {}

  /** The next events; undefined when the channel does not exist for the caller. */
  async look(caller: TenantContext, channelId: Uuid, { seq, from, sure }: Since): Promise<Missed | undefined> {
    const { tenantId } = caller;
    return this.database.inTenant(tenantId, async (tenant) => {
      const head = (await tenant.channels.lastSeq(channelId)) ?? 0;
      // Clients drop what they know already: better a little twice than anything not at all.
      const known = seq ?? Math.max(Math.min(from, head), await tenant.messages.seqAt(channelId, sure));
      const since = Math.max(known, head - MOST_MISSED);
      const channel = await tenant.channels.find(channelId, boundEntity(caller));
      if (!channel) return undefined;
      const events = await tenant.messages.eventsAfter(channelId, since, PAGE);
      return {
        head,
        since,
        events: events.map((event) => ({
          seq: event.seq,
          announcement: this.links.signedIn(tenantId, announcementOf(event, channel)),
        })),
      };
    });
  }
}
