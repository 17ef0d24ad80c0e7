import { SystemVersion, SystemConfig } from '@app/contracts';
import { Public } from '@app/identity';
import { Answers, AnswersBare } from '@app/platform';
import { Controller, Get, Inject } from '@nestjs/common';
import { GatewayEnv } from '../env.js';
import { ELIZAOS_VERSION } from '../health/health.service.js';
import { answer, type Answer } from '../http/answer.js';

/** What ElizaOS's web client asks before it knows who its user is. */
@Public()
@Controller('api/system')
export class SystemController {
  constructor(@Inject(GatewayEnv) private readonly env: GatewayEnv) {}

  /** Which system this is. */
  @Get('version')
  @AnswersBare(SystemVersion)
  version(): SystemVersion {
    return {
      version: ELIZAOS_VERSION,
      source: 'server',
      timestamp: new Date().toISOString(),
      environment: this.env.NODE_ENV,
      uptime: process.uptime(),
    };
  }

  /** Whether callers have to prove more than a key. They do not: that is ElizaOS's data isolation, which we replace. */
  @Get('config')
  @Answers(SystemConfig)
  config(): Answer<SystemConfig> {
    return answer({ requiresAuth: false });
  }
}
