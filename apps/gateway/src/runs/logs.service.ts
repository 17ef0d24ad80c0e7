import { FleetError, type ListLogsQuery, type LogView, type PanelView, type Uuid } from '@app/contracts';
import { boundEntity, type TenantContext } from '@app/identity';
import { Database, type AgentLog } from '@app/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { runningAgent } from '../agents/running-agent.js';
import { findPlace } from '../memory/places.js';

/** How many steps are answered when nobody says, and at most. */
const PAGE = { usual: 10, most: 500 };

/** What agents did, step by step, and the panels that show something of them. */
@Injectable()
export class LogsService {
  constructor(@Inject(Database) private readonly database: Database) {}

  /**
   * Steps of an agent, newest first. A caller that says which entity it is sees those that it set off;
   * an end user only where it still takes part.
   *
   * @throws FleetError NOT_FOUND
   */
  async list(caller: TenantContext, agentId: Uuid, query: ListLogsQuery): Promise<LogView[]> {
    const { tenantId, entityId } = caller;
    const seenBy = boundEntity(caller);
    const { type, offset = 0, excludeTypes, from, to, search } = query;
    const limit = Math.min(query.count ?? query.limit ?? PAGE.usual, PAGE.most);
    const failed = query.level?.toLowerCase() === 'error' ? true : undefined;
    return this.database.inTenant(tenantId, async (tenant) => {
      await runningAgent(tenant, agentId);
      const place = query.roomId && (await findPlace(tenant, { agentId, id: query.roomId, seenBy }));
      const roomId = place ? place.roomId : query.roomId;
      const page = { limit, offset, roomId, entityId, seenBy, type, excludeTypes, failed, from, to, search };
      return (await tenant.agentLogs.page(agentId, page)).map(logView);
    });
  }

  /** @throws FleetError NOT_FOUND */
  async remove({ tenantId }: TenantContext, agentId: Uuid, id: Uuid): Promise<void> {
    await this.database.inTenant(tenantId, async (tenant) => {
      await runningAgent(tenant, agentId);
      if (!(await tenant.agentLogs.delete(agentId, id))) throw new FleetError('NOT_FOUND', 'Log not found');
    });
  }

  /**
   * The panels of an agent's plugins. There are none: no plugin's own routes are served.
   *
   * @throws FleetError NOT_FOUND
   */
  async panels({ tenantId }: TenantContext, agentId: Uuid): Promise<PanelView[]> {
    await this.database.inTenant(tenantId, (tenant) => runningAgent(tenant, agentId));
    return [];
  }
}

function logView({ id, createdAt, entityId, roomId, type, body }: AgentLog): LogView {
  return { id, createdAt: createdAt.toISOString(), entityId, roomId, type, body };
}
