import { FleetError, type Title, type TitleQuery, type Uuid } from '@app/contracts';
import { boundEntity, type TenantContext } from '@app/identity';
import { Database } from '@app/persistence';
import { TitleDesk } from '@app/transport';
import { Inject, Injectable, OnApplicationShutdown } from '@nestjs/common';
import { GatewayEnv } from '../env.js';
import { channelNotFound } from './channel-directory.js';

/** Fewer messages than these are no conversation yet. */
const FEWEST = 4;

/** How many messages a title is made of when nobody says, and at most. */
const READ = { usual: 50, most: 100 };

/** Titles of conversations. A worker finds them, with the model of an agent. */
@Injectable()
export class TitlesService implements OnApplicationShutdown {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(TitleDesk) private readonly desk: TitleDesk,
    @Inject(GatewayEnv) private readonly env: GatewayEnv,
  ) {}

  /**
   * A title for a channel's conversation; null with the reason while there is none yet. It is not stored.
   *
   * @throws FleetError CHANNEL_NOT_FOUND, NOT_FOUND for an unknown agent; UNAVAILABLE when no worker answers in time
   */
  async find(caller: TenantContext, channelId: Uuid, asked: TitleQuery & { agentId: Uuid }): Promise<Title> {
    const { tenantId } = caller;
    const { agentId, before } = asked;
    const limit = Math.min(asked.limit ?? READ.usual, READ.most);
    const messages = await this.database.inTenant(tenantId, async (tenant) => {
      if (!(await tenant.channels.find(channelId, boundEntity(caller)))) throw channelNotFound();
      if (!(await tenant.agents.find(agentId))) throw new FleetError('NOT_FOUND', 'Agent not found');
      return tenant.messages.page(channelId, { limit: Math.min(limit, FEWEST), before });
    });
    if (messages.length < FEWEST) {
      const reason = `Not enough messages for a title: ${messages.length} of ${FEWEST}`;
      return { title: null, channelId, reason };
    }
    const answer = await this.desk.ask({ tenantId, channelId, agentId, limit, before }, this.env.TITLE_WAIT_MS);
    if (!answer) throw new FleetError('UNAVAILABLE', 'No title could be found right now; try again shortly');
    return { title: answer.title, channelId, ...(answer.title === null ? { reason: 'There is nothing to name' } : {}) };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.desk.close().catch(() => undefined);
  }
}
