import { Caller, ForUsers, type TenantContext } from '@app/identity';
import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { Response } from 'express';
import { HealthService, healthStatus, type Health } from '../health/health.service.js';

/** ElizaOS's routes about the server itself. They answer without an envelope. */
@ForUsers()
@Controller('api/server')
export class ServerController {
  constructor(@Inject(HealthService) private readonly service: HealthService) {}

  @Get('ping')
  ping(): { pong: true; timestamp: number } {
    return { pong: true, timestamp: Date.now() };
  }

  @Get('hello')
  hello(): { message: string } {
    return { message: 'Hello World!' };
  }

  @Get('status')
  async status(@Caller() caller: TenantContext): Promise<{ status: 'ok'; agentCount: number; timestamp: string }> {
    const agentCount = await this.service.activeAgents(caller.tenantId);
    return { status: 'ok', agentCount, timestamp: new Date().toISOString() };
  }

  @Get('health')
  async health(@Res({ passthrough: true }) response: Response): Promise<Omit<Health, 'agentCount'>> {
    const { agentCount: _, ...health } = await this.service.health();
    response.status(healthStatus(health));
    return health;
  }
}
