import { Ended, PlanList, PlanParams, PlanView, PutPlanDto } from '@app/contracts';
import { ForOperators } from '@app/identity';
import { PlanDirectory } from '@app/persistence';
import { Answers, Refuses } from '@app/platform';
import { IdentityNews } from '@app/transport';
import { Body, Controller, Delete, Get, Inject, Param, Put } from '@nestjs/common';
import { Audit } from '../audit/audited.decorator.js';
import { answer, type Answer } from '../http/answer.js';

/** What there is to choose from for tenants: how fast they may go, and how much they may use. */
@ForOperators()
@Controller('api/admin/plans')
export class PlansController {
  constructor(
    @Inject(PlanDirectory) private readonly plans: PlanDirectory,
    @Inject(IdentityNews) private readonly news: IdentityNews,
  ) {}

  /** All plans. */
  @Get()
  @Answers(PlanList)
  async list(): Promise<Answer<PlanList>> {
    return answer({ plans: await this.plans.list() });
  }

  /** A plan. */
  @Get(':planName')
  @Answers(PlanView)
  @Refuses('PLAN_NOT_FOUND')
  async get(@Param() { planName }: PlanParams): Promise<Answer<PlanView>> {
    return answer(await this.plans.get(planName));
  }

  /** Makes a plan, or puts these terms in place of all it had. Every gateway holds to it within seconds. */
  @Put(':planName')
  @Answers(PlanView)
  @Audit('plan.put', 'planName')
  async put(@Param() { planName }: PlanParams, @Body() body: PutPlanDto): Promise<Answer<PlanView>> {
    const { limits = {}, quotas = {}, retention = {} } = body;
    const plan = await this.plans.put(planName, { limits, quotas, retention });
    await this.news.tellAll();
    return answer(plan);
  }

  /** Takes a plan away that no tenant has. */
  @Delete(':planName')
  @Answers(Ended)
  @Refuses('PLAN_NOT_FOUND', 'PLAN_IN_USE')
  @Audit('plan.delete', 'planName')
  async delete(@Param() { planName }: PlanParams): Promise<Answer<Ended>> {
    await this.plans.delete(planName);
    return answer({ ended: true });
  }
}
