import { ListErasuresQuery, TenantErasureList, TenantErasureView, type Uuid } from '@app/contracts';
import { ForOperators, Operator, type OperatorContext } from '@app/identity';
import { Answers, Refuses } from '@app/platform';
import { Controller, Delete, Get, HttpCode, Inject, Param, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { Audit } from '../audit/audited.decorator.js';
import { answer, type Answer } from '../http/answer.js';
import { IdPipe } from '../http/id.pipe.js';
import { TenantErasureService } from './tenant-erasure.service.js';

const USUAL_LIMIT = 100;

/** The end of tenants, for those who run the installation. */
@ForOperators()
@Controller('api/admin')
export class TenantErasuresController {
  constructor(@Inject(TenantErasureService) private readonly erasures: TenantErasureService) {}

  /** Deletes a tenant with all it has. It is closed at once; how far its erasure is tells the address in `Location`. */
  @Delete('tenants/:tenantId')
  @HttpCode(202)
  @Audit('tenant.delete', 'tenantId')
  @Answers(TenantErasureView)
  @Refuses('TENANT_NOT_FOUND', 'CONFLICT')
  async delete(
    @Operator() operator: OperatorContext,
    @Param('tenantId', new IdPipe('tenant')) tenantId: Uuid,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Answer<TenantErasureView>> {
    const erasure = await this.erasures.request(operator, tenantId);
    response.location(`/api/admin/erasures/${erasure.id}`);
    return answer(erasure);
  }

  /** The erasures asked for last. */
  @Get('erasures')
  @Answers(TenantErasureList)
  async list(@Query() { limit = USUAL_LIMIT }: ListErasuresQuery): Promise<Answer<TenantErasureList>> {
    return answer({ erasures: await this.erasures.list(limit) });
  }

  /** How far an erasure is. */
  @Get('erasures/:erasureId')
  @Answers(TenantErasureView)
  @Refuses('NOT_FOUND')
  async get(@Param('erasureId', new IdPipe('erasure')) id: Uuid): Promise<Answer<TenantErasureView>> {
    return answer(await this.erasures.get(id));
  }
}
