import {
  DeadTurnsDto,
  Ended,
  MendedTurns,
  QueueCounts,
  QueuedTurnList,
  TurnLife,
  TurnsQuery,
  type Uuid,
} from '@app/contracts';
import { ForOperators } from '@app/identity';
import { DeadTurns } from '@app/persistence';
import { Answers, Refuses } from '@app/platform';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { Audit } from '../audit/audited.decorator.js';
import { answer, type Answer } from '../http/answer.js';
import { IdPipe } from '../http/id.pipe.js';
import { Ids } from '../http/ids.decorator.js';
import { AdminService } from './admin.service.js';
import { QueueService } from './queue.service.js';

const TenantId: ParameterDecorator = Param('tenantId', new IdPipe('tenant'));

/** One turn of a tenant. */
interface TurnIds {
  tenantId: Uuid;
  turnId: Uuid;
}

/** The turns of a tenant. Of what was said nothing is told. */
@ForOperators()
@Controller('api/admin/tenants/:tenantId')
export class TenantTurnsController {
  constructor(
    @Inject(AdminService) private readonly admin: AdminService,
    @Inject(QueueService) private readonly queue: QueueService,
    @Inject(DeadTurns) private readonly dead: DeadTurns,
  ) {}

  /** How many turns of a tenant wait, run and failed. */
  @Get('queue')
  @Answers(QueueCounts)
  @Refuses('TENANT_NOT_FOUND')
  async counts(@TenantId tenantId: Uuid): Promise<Answer<QueueCounts>> {
    await this.admin.get(tenantId);
    return answer(await this.queue.ofTenant(tenantId));
  }

  /** A page of a tenant's turns in one state, oldest first; dead ones when none is named. */
  @Get('turns')
  @Answers(QueuedTurnList)
  @Refuses('TENANT_NOT_FOUND')
  async list(@TenantId tenantId: Uuid, @Query() query: TurnsQuery): Promise<Answer<QueuedTurnList>> {
    await this.admin.get(tenantId);
    return answer(await this.queue.page(tenantId, query));
  }

  /** The life of a turn. */
  @Get('turns/:turnId')
  @Answers(TurnLife)
  @Refuses('TURN_NOT_FOUND')
  async get(@Ids('tenantId', 'turnId') { tenantId, turnId }: TurnIds): Promise<Answer<TurnLife>> {
    return answer(await this.dead.get(tenantId, turnId));
  }

  /** Has many dead turns tried anew, the oldest first. `next` says where to go on when there may be more. */
  @Post('turns/retry')
  @HttpCode(200)
  @Answers(MendedTurns)
  @Refuses('TENANT_NOT_FOUND')
  @Audit('turns.retry')
  async retryAll(@TenantId tenantId: Uuid, @Body() body: DeadTurnsDto): Promise<Answer<MendedTurns>> {
    await this.admin.get(tenantId);
    return answer(await this.queue.retryAll(tenantId, body));
  }

  /** Takes many dead turns off for good, the oldest first. `next` says where to go on when there may be more. */
  @Post('turns/discard')
  @HttpCode(200)
  @Answers(MendedTurns)
  @Refuses('TENANT_NOT_FOUND')
  @Audit('turns.discard')
  async discardAll(@TenantId tenantId: Uuid, @Body() body: DeadTurnsDto): Promise<Answer<MendedTurns>> {
    await this.admin.get(tenantId);
    return answer(await this.queue.discardAll(tenantId, body));
  }

  /** Has a dead turn tried anew, with all its attempts before it. It is answered once. */
  @Post('turns/:turnId/retry')
  @HttpCode(200)
  @Answers(TurnLife)
  @Refuses('TURN_NOT_FOUND', 'CONFLICT')
  @Audit('turn.retry', 'turnId')
  async retry(@Ids('tenantId', 'turnId') { tenantId, turnId }: TurnIds): Promise<Answer<TurnLife>> {
    await this.dead.retry(tenantId, turnId);
    return answer(await this.dead.get(tenantId, turnId));
  }

  /** Takes a turn off for good that waits, runs or failed. Whoever waits for it is told that it is cancelled. */
  @Post('turns/:turnId/discard')
  @HttpCode(200)
  @Answers(Ended)
  @Refuses('TURN_NOT_FOUND', 'CONFLICT')
  @Audit('turn.discard', 'turnId')
  async discard(@Ids('tenantId', 'turnId') { tenantId, turnId }: TurnIds): Promise<Answer<Ended>> {
    await this.queue.discard(tenantId, turnId);
    return answer({ ended: true });
  }
}
