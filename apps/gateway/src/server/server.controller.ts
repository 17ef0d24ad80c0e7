import { Caller, ForUsers, type TenantContext } from '@app/identity';
import { Pong, ServerHealth, ServerStatus, Told } from '@app/contracts';
import { AnswersBare } from '@app/platform';
import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { Response } from 'express';
import { HealthService, healthStatus } from '../health/health.service.js';

/** ElizaOS's routes about the server itself. They answer without an envelope. */
@ForUsers()
@Controller('api/server')
export class ServerController {
  constructor(@Inject(HealthService) private readonly service: HealthService) {}

  /** Answers. */
  @Get('ping')
  @AnswersBare(Pong)
  ping(): Pong {
    return { pong: true, timestamp: Date.now() };
  }

  /** Says hello. */
  @Get('hello')
  @AnswersBare(Told)
  hello(): Told {
    return { message: 'Hello World!' };
  }

  /** How many agents are active. */
  @Get('status')
  @AnswersBare(ServerStatus)
  async status(@Caller() caller: TenantContext): Promise<ServerStatus> {
    const agentCount = await this.service.activeAgents(caller.tenantId);
    return { status: 'ok', agentCount, timestamp: new Date().toISOString() };
  }

  /** How the system does; 503 unless it can answer. */
  @Get('health')
  @AnswersBare(ServerHealth, 503)
  async health(@Res({ passthrough: true }) response: Response): Promise<ServerHealth> {
    const { agentCount: _, ...health } = await this.service.health();
    response.status(healthStatus(health));
    return health;
  }
}
