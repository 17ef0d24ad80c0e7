import {
  DEFAULT_RETENTION,
  CreateTenantDto,
  effectiveLimits,
  ListTenantsQuery,
  TenantLimits,
  TenantList,
  TenantView,
  UpdateTenantDto,
  type Uuid,
} from '@app/contracts';
import { ForOperators } from '@app/identity';
import { PlanDirectory } from '@app/persistence';
import { Answers, Refuses } from '@app/platform';
import { Body, Controller, Get, Inject, Param, Patch, Post, Query } from '@nestjs/common';
import { Audit } from '../audit/audited.decorator.js';
import { answer, type Answer } from '../http/answer.js';
import { IdPipe } from '../http/id.pipe.js';
import { AdminService } from './admin.service.js';

const USUAL_LIMIT = 100;
const TenantId: ParameterDecorator = Param('tenantId', new IdPipe('tenant'));

/** The tenants of an installation, for those who run it. */
@ForOperators()
@Controller('api/admin/tenants')
export class TenantsController {
  constructor(
    @Inject(AdminService) private readonly admin: AdminService,
    @Inject(PlanDirectory) private readonly plans: PlanDirectory,
  ) {}

  /** A page of tenants, in the order they were made in. */
  @Get()
  @Answers(TenantList)
  async list(@Query() { after, limit = USUAL_LIMIT }: ListTenantsQuery): Promise<Answer<TenantList>> {
    const tenants = await this.admin.list(after, limit);
    const next = tenants.length === limit ? tenants.at(-1)?.id : undefined;
    return answer({ tenants, ...(next === undefined ? {} : { next }) });
  }

  /** Makes a tenant. */
  @Post()
  @Answers(TenantView)
  @Refuses('CONFLICT', 'PLAN_NOT_FOUND')
  @Audit('tenant.create')
  async create(@Body() body: CreateTenantDto): Promise<Answer<TenantView>> {
    return answer(await this.admin.create(body));
  }

  /** A tenant. */
  @Get(':tenantId')
  @Answers(TenantView)
  @Refuses('TENANT_NOT_FOUND')
  async get(@TenantId tenantId: Uuid): Promise<Answer<TenantView>> {
    return answer(await this.admin.get(tenantId));
  }

  /** Changes a tenant: its names, its host names, its plan, whether it is served. */
  @Patch(':tenantId')
  @Answers(TenantView)
  @Refuses('TENANT_NOT_FOUND', 'CONFLICT', 'PLAN_NOT_FOUND')
  @Audit(changeOf, 'tenantId')
  async update(@TenantId tenantId: Uuid, @Body() body: UpdateTenantDto): Promise<Answer<TenantView>> {
    return answer(await this.admin.update(tenantId, body));
  }

  /** What a tenant is held to. */
  @Get(':tenantId/limits')
  @Answers(TenantLimits)
  @Refuses('TENANT_NOT_FOUND')
  async limits(@TenantId tenantId: Uuid): Promise<Answer<TenantLimits>> {
    const { plan } = await this.admin.get(tenantId);
    const { limits, quotas, retention } = await this.plans.get(plan);
    const kept = { ...DEFAULT_RETENTION, ...retention };
    return answer({ plan, limits: effectiveLimits(limits), quotas, retention: kept });
  }
}

/** What the log calls a change of a tenant: by the gravest thing it does. */
function changeOf({ status, plan }: UpdateTenantDto): string {
  if (status !== undefined) return status === 'suspended' ? 'tenant.suspend' : 'tenant.resume';
  return plan === undefined ? 'tenant.update' : 'tenant.plan';
}
