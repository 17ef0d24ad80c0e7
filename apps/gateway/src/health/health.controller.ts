import { Liveness, Health } from '@app/contracts';
import { Public } from '@app/identity';
import { AnswersBare } from '@app/platform';
import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { Response } from 'express';
import { HealthService, healthStatus } from './health.service.js';

/** Tells an orchestrator whether to restart this process, and whether the system can answer. */
@Public()
@Controller()
export class HealthController {
  constructor(@Inject(HealthService) private readonly service: HealthService) {}

  /** The process is up. It asks nobody else: a restart here would not bring Postgres back. */
  @Get('healthz')
  @AnswersBare(Liveness)
  live(): Liveness {
    return { status: 'ok', timestamp: new Date().toISOString() };
  }

  /** How the system does; 503 unless it can answer. */
  @Get('health')
  @AnswersBare(Health, 503)
  async health(@Res({ passthrough: true }) response: Response): Promise<Health> {
    const health = await this.service.health();
    response.status(healthStatus(health));
    return health;
  }
}
