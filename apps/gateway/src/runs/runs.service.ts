import { FleetError, type ListRunsQuery, type RunDetail, type RunPage, type Uuid } from '@app/contracts';
import { boundEntity, type TenantContext } from '@app/identity';
import { Database, type RunFilter } from '@app/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { runningAgent } from '../agents/running-agent.js';
import { findPlace } from '../memory/places.js';
import { filterOf, runEvents, runView } from './run-views.js';

/** How many runs are answered when nobody says, and at most. */
const PAGE = { usual: 20, most: 100 };
/** Runs are not counted beyond, steps of one run not read beyond. */
const MOST = { counted: 1_000, steps: 5_000 };

/** The runs of agents: each is a turn, whichever worker took it. */
@Injectable()
export class RunsService {
  constructor(@Inject(Database) private readonly database: Database) {}

  /**
   * Runs of an agent, newest first. A caller that says which entity it is sees those that it set off; an end user only
   * where it still takes part.
   *
   * @throws FleetError NOT_FOUND
   */
  async list(caller: TenantContext, agentId: Uuid, query: ListRunsQuery): Promise<RunPage> {
    const { tenantId, entityId } = caller;
    const seenBy = boundEntity(caller);
    const limit = Math.min(query.limit ?? PAGE.usual, PAGE.most);
    return this.database.inTenant(tenantId, async (tenant) => {
      await runningAgent(tenant, agentId);
      const place = query.roomId && (await findPlace(tenant, { agentId, id: query.roomId, seenBy }));
      // A room without a channel has no runs, and one that nobody knows neither.
      if (query.roomId && !(place && 'channel' in place)) return { runs: [], total: 0, hasMore: false };
      const channelId = place && 'channel' in place ? place.channel.id : undefined;
      const { from, to } = query;
      const filter: RunFilter = { channelId, authorId: entityId, seenBy, from, to, ...filterOf(query.status) };
      const runs = await tenant.runs.page(agentId, filter, limit);
      const total = await tenant.runs.count(agentId, filter, MOST.counted);
      const counts = await tenant.agentLogs.counts(
        agentId,
        runs.map((run) => run.id),
      );
      const views = runs.map((run) => runView(agentId, run, counts.get(run.id)));
      return { runs: views, total, hasMore: total > views.length };
    });
  }

  /**
   * A run with what happened in it.
   *
   * @throws FleetError NOT_FOUND
   */
  async get(caller: TenantContext, agentId: Uuid, runId: Uuid): Promise<RunDetail> {
    const { tenantId, entityId } = caller;
    return this.database.inTenant(tenantId, async (tenant) => {
      await runningAgent(tenant, agentId);
      const run = await tenant.runs.find(agentId, runId, boundEntity(caller));
      const foreign = entityId !== undefined && run?.authorId !== entityId.toLowerCase();
      if (!run || foreign) throw new FleetError('NOT_FOUND', 'Run not found');
      const counts = await tenant.agentLogs.counts(agentId, [runId]);
      const summary = runView(agentId, run, counts.get(runId));
      return { summary, events: runEvents(summary, await tenant.agentLogs.ofRun(agentId, runId, MOST.steps)) };
    });
  }
}
