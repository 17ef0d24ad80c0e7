import { PutSettingsDto, TenantSettings, ToldSuccess } from '@app/contracts';
import { Caller, ForTenant, type TenantContext } from '@app/identity';
import { Answers, AnswersBare } from '@app/platform';
import { Body, Controller, Get, Header, HttpCode, Inject, Post } from '@nestjs/common';
import { Audit } from '../audit/audited.decorator.js';
import { answer, type Answer } from '../http/answer.js';
import { SettingsService } from './settings.service.js';

/** What ElizaOS keeps in its `.env`: here the tenant's own settings. */
@ForTenant('admin')
@Controller('api/system/env/local')
export class SettingsController {
  constructor(@Inject(SettingsService) private readonly settings: SettingsService) {}

  /** The names of the tenant's settings. In the place of each value is a mask, which sent back leaves it as it is. */
  @Get()
  @Header('cache-control', 'no-store')
  @Answers(TenantSettings)
  async get(@Caller() caller: TenantContext): Promise<Answer<TenantSettings>> {
    return answer(await this.settings.get(caller));
  }

  /** Puts these settings in place of all there were. */
  @Post()
  @HttpCode(200)
  @AnswersBare(ToldSuccess)
  @Audit('settings.update')
  async put(@Caller() caller: TenantContext, @Body() { content }: PutSettingsDto): Promise<ToldSuccess> {
    await this.settings.put(caller, content);
    const message = 'Local environment variables updated';
    return { ...answer({ success: true as const, message }), message };
  }
}
