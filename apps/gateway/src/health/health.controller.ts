import { Public } from '@app/identity';
import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { Response } from 'express';
import { HealthService, healthStatus, type Health } from './health.service.js';

/** Tells an orchestrator whether to restart this process, and whether the system can answer. */
@Public()
@Controller()
export class HealthController {
  constructor(@Inject(HealthService) private readonly service: HealthService) {}

  /** The process is up. It asks nobody else: a restart here would not bring Postgres back. */
  @Get('healthz')
  live(): { status: 'ok'; timestamp: string } {
    return { status: 'ok', timestamp: new Date().toISOString() };
  }

  @Get('health')
  async health(@Res({ passthrough: true }) response: Response): Promise<Health> {
    const health = await this.service.health();
    response.status(healthStatus(health));
    return health;
  }
}
