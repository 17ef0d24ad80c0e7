import { PutSettingsDto } from '@app/contracts';
import { Caller, ForTenant, type TenantContext } from '@app/identity';
import { Body, Controller, Get, Header, HttpCode, Inject, Post } from '@nestjs/common';
import { answer, type Answer } from '../http/answer.js';
import { SettingsService, type Settings } from './settings.service.js';

/** What ElizaOS keeps in its `.env`: here the tenant's own settings. */
@ForTenant('admin')
@Controller('api/system/env/local')
export class SettingsController {
  constructor(@Inject(SettingsService) private readonly settings: SettingsService) {}

  @Get()
  @Header('cache-control', 'no-store')
  async get(@Caller() caller: TenantContext): Promise<Answer<Settings>> {
    return answer(await this.settings.get(caller));
  }

  @Post()
  @HttpCode(200)
  async put(
    @Caller() caller: TenantContext,
    @Body() { content }: PutSettingsDto,
  ): Promise<Answer<{ success: true; message: string }> & { message: string }> {
    await this.settings.put(caller, content);
    const message = 'Local environment variables updated';
    return { ...answer({ success: true as const, message }), message };
  }
}
