import { Controller, Get } from '@nestjs/common';

/** Whether the process is up. */
@Controller()
export class HealthController {
  @Get('healthz')
  alive(): { status: 'ok'; timestamp: string } {
    return { status: 'ok', timestamp: new Date().toISOString() };
  }
}
