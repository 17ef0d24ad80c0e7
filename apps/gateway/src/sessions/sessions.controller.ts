import { CreateSessionDto, SessionTimeoutDto, type JsonObject, type Uuid } from '@app/contracts';
import { Caller, ForUsers, type TenantContext } from '@app/identity';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post } from '@nestjs/common';
import type { Answer } from '../http/answer.js';
import { answer } from '../http/answer.js';
import { IdPipe } from '../http/id.pipe.js';
import { sessionCreated, sessionInfo } from './session-views.js';
import { SessionsService } from './sessions.service.js';

/** The session a route is about. */
export const SessionId: ParameterDecorator = Param('sessionId', new IdPipe('session', 'SESSION_NOT_FOUND'));

/** ElizaOS's routes of sessions. They answer without an envelope. */
@Controller('api/messaging/sessions')
export class SessionsController {
  constructor(@Inject(SessionsService) private readonly sessions: SessionsService) {}

  @Get('health')
  @ForUsers('messages:read')
  async health(@Caller() caller: TenantContext): Promise<JsonObject> {
    const { active, expiringSoon } = await this.sessions.count(caller);
    const timestamp = new Date().toISOString();
    return { status: 'healthy', activeSessions: active, timestamp, expiringSoon, uptime: process.uptime() };
  }

  @Post()
  @ForUsers('messages:write')
  async create(@Caller() caller: TenantContext, @Body() body: CreateSessionDto): Promise<JsonObject> {
    return sessionCreated(await this.sessions.create(caller, body));
  }

  @Get()
  @ForUsers('messages:read')
  async list(@Caller() caller: TenantContext): Promise<JsonObject> {
    const { sessions, counts } = await this.sessions.list(caller);
    const { total, active } = counts;
    return {
      sessions: sessions.map(sessionInfo),
      total: active,
      stats: { totalSessions: total, activeSessions: active, expiredSessions: total - active },
    };
  }

  @Get(':sessionId')
  @ForUsers('messages:read')
  async get(@Caller() caller: TenantContext, @SessionId id: Uuid): Promise<JsonObject> {
    return sessionInfo(await this.sessions.get(caller, id));
  }

  @Post(':sessionId/renew')
  @ForUsers('messages:write')
  @HttpCode(200)
  async renew(@Caller() caller: TenantContext, @SessionId id: Uuid): Promise<JsonObject> {
    return sessionInfo(await this.sessions.renew(caller, id));
  }

  @Post(':sessionId/heartbeat')
  @ForUsers('messages:write')
  @HttpCode(200)
  async heartbeat(@Caller() caller: TenantContext, @SessionId id: Uuid): Promise<JsonObject> {
    return sessionInfo((await this.sessions.use(caller, id)).session);
  }

  @Patch(':sessionId/timeout')
  @ForUsers('messages:write')
  async setTimeout(
    @Caller() caller: TenantContext,
    @SessionId id: Uuid,
    @Body() body: SessionTimeoutDto,
  ): Promise<JsonObject> {
    return sessionInfo(await this.sessions.setTimeout(caller, id, body));
  }

  /** ElizaOS's client reads only `data`, so what it expects is there too. */
  @Delete(':sessionId')
  @ForUsers('messages:write')
  async remove(
    @Caller() caller: TenantContext,
    @SessionId id: Uuid,
  ): Promise<Answer<{ success: true; message: string }> & { message: string }> {
    await this.sessions.remove(caller, id);
    const message = `Session ${id} deleted successfully`;
    return { ...answer({ success: true, message }), message };
  }
}
