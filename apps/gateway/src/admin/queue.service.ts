import {
  FleetError,
  type DeadTurnsDto,
  type MendedTurns,
  type QueueCounts,
  type QueueOverview,
  type TurnsQuery,
  type Uuid,
} from '@app/contracts';
import {
  Database,
  DeadTurns,
  QueueDirectory,
  type DeadFilter,
  type QueuedTurnView,
  type QueueFilter,
} from '@app/persistence';
import { QueueGauge, RoomPublisher, tellDiscarded } from '@app/transport';
import { Inject, Injectable } from '@nestjs/common';

const USUAL_TURNS = 500;
const USUAL_TENANTS = 100;

/** What waits, runs and failed, and what operators do about it. */
@Injectable()
export class QueueService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(QueueDirectory) private readonly directory: QueueDirectory,
    @Inject(DeadTurns) private readonly dead: DeadTurns,
    @Inject(QueueGauge) private readonly gauge: QueueGauge,
    @Inject(RoomPublisher) private readonly rooms: RoomPublisher,
  ) {}

  async overview(most = USUAL_TENANTS): Promise<QueueOverview> {
    const [overview, queues] = await Promise.all([this.directory.overview(most), this.gauge.read()]);
    return { ...overview, queues: queues ?? null };
  }

  ofTenant(tenantId: Uuid): Promise<QueueCounts> {
    return this.directory.ofTenant(tenantId);
  }

  /** A page of turns, those that failed when no state is named, and where the next one begins. */
  async page(tenantId: Uuid, query: TurnsQuery): Promise<{ turns: QueuedTurnView[]; next?: string }> {
    const filter: QueueFilter = { ...deadFilter(query), state: query.state ?? 'failed' };
    const turns = await this.database.inTenant(tenantId, (scope) => scope.queue.page(filter));
    const last = turns.length === filter.limit ? turns.at(-1) : undefined;
    return { turns, ...nextOf(last) };
  }

  /** Has dead turns tried anew, and says where to go on. */
  async retryAll(tenantId: Uuid, which: DeadTurnsDto): Promise<MendedTurns> {
    const { last, ...mended } = await this.dead.retryAll(tenantId, deadFilter(which));
    return { ...mended, ...nextOf(last) };
  }

  /** Takes dead turns off, and says where to go on. */
  async discardAll(tenantId: Uuid, which: DeadTurnsDto): Promise<MendedTurns> {
    const { last, ...mended } = await this.dead.discardAll(tenantId, deadFilter(which));
    return { ...mended, ...nextOf(last) };
  }

  /** Takes a turn off and tells whoever waits for it. Those of a failed one were told when it failed. */
  async discard(tenantId: Uuid, turnId: Uuid): Promise<void> {
    const { state, ...turn } = await this.dead.discard(tenantId, turnId);
    if (state !== 'failed') await tellDiscarded(this.rooms, { tenantId, turnId, ...turn });
  }
}

function deadFilter({ errorKind, until, limit = USUAL_TURNS, cursor }: DeadTurnsDto): DeadFilter {
  return { errorKind, until, limit, ...(cursor === undefined ? {} : { after: placeOf(cursor) }) };
}

function nextOf(last: { createdAt: Date; id: Uuid } | undefined): { next?: string } {
  return last ? { next: `${last.createdAt.getTime()}_${last.id}` } : {};
}

function placeOf(cursor: string): { createdAt: Date; id: Uuid } {
  const [, ms, id] = /^(\d{1,15})_([0-9a-f-]{36})$/.exec(cursor) ?? [];
  if (ms === undefined || id === undefined) {
    throw new FleetError('VALIDATION_ERROR', 'cursor must be the next of a page before');
  }
  return { createdAt: new Date(Number(ms)), id };
}
