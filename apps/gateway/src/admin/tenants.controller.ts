import { CreateTenantDto, ListTenantsQuery, TenantList, TenantView, UpdateTenantDto, type Uuid } from '@app/contracts';
import { ForOperators, Operator, type OperatorContext } from '@app/identity';
import { Answers, Refuses } from '@app/platform';
import { Body, Controller, Get, Inject, Param, Patch, Post, Query } from '@nestjs/common';
import { answer, type Answer } from '../http/answer.js';
import { IdPipe } from '../http/id.pipe.js';
import { AdminService } from './admin.service.js';

const USUAL_LIMIT = 100;
const TenantId: ParameterDecorator = Param('tenantId', new IdPipe('tenant'));

/** The tenants of an installation, for those who run it. */
@ForOperators()
@Controller('api/admin/tenants')
export class TenantsController {
  constructor(@Inject(AdminService) private readonly admin: AdminService) {}

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
  @Refuses('CONFLICT')
  async create(@Operator() operator: OperatorContext, @Body() body: CreateTenantDto): Promise<Answer<TenantView>> {
    return answer(await this.admin.create(operator, body));
  }

  /** A tenant. */
  @Get(':tenantId')
  @Answers(TenantView)
  @Refuses('TENANT_NOT_FOUND')
  async get(@TenantId tenantId: Uuid): Promise<Answer<TenantView>> {
    return answer(await this.admin.get(tenantId));
  }

  /** Changes a tenant: its names, its host names, whether it is served. */
  @Patch(':tenantId')
  @Answers(TenantView)
  @Refuses('TENANT_NOT_FOUND', 'CONFLICT')
  async update(
    @Operator() operator: OperatorContext,
    @TenantId tenantId: Uuid,
    @Body() body: UpdateTenantDto,
  ): Promise<Answer<TenantView>> {
    return answer(await this.admin.update(operator, tenantId, body));
  }
}
