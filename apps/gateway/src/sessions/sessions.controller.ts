import {
  CreateSessionDto,
  SessionCreated,
  SessionInfo,
  SessionList,
  SessionsHealth,
  SessionTimeoutDto,
  ToldSuccess,
  type Uuid,
} from '@app/contracts';
import { Caller, ForUsers, type TenantContext } from '@app/identity';
import { AnswersBare, Refuses } from '@app/platform';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post } from '@nestjs/common';
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

  /** How the sessions fare. */
  @Get('health')
  @ForUsers('messages:read')
  @AnswersBare(SessionsHealth)
  async health(@Caller() caller: TenantContext): Promise<SessionsHealth> {
    const { active, expiringSoon } = await this.sessions.count(caller);
    const timestamp = new Date().toISOString();
    return { status: 'healthy', activeSessions: active, timestamp, expiringSoon, uptime: process.uptime() };
  }

  /** Begins a session of a person with an agent. */
  @Post()
  @ForUsers('messages:write')
  @AnswersBare(SessionCreated)
  @Refuses('AGENT_NOT_FOUND', 'NOT_FOUND')
  async create(@Caller() caller: TenantContext, @Body() body: CreateSessionDto): Promise<SessionCreated> {
    return sessionCreated(await this.sessions.create(caller, body));
  }

  /** Sessions that are not over. */
  @Get()
  @ForUsers('messages:read')
  @AnswersBare(SessionList)
  async list(@Caller() caller: TenantContext): Promise<SessionList> {
    const { sessions, counts } = await this.sessions.list(caller);
    const { total, active } = counts;
    return {
      sessions: sessions.map(sessionInfo),
      total: active,
      stats: { totalSessions: total, activeSessions: active, expiredSessions: total - active },
    };
  }

  /** A session. */
  @Get(':sessionId')
  @ForUsers('messages:read')
  @AnswersBare(SessionInfo)
  @Refuses('SESSION_NOT_FOUND', 'SESSION_EXPIRED')
  async get(@Caller() caller: TenantContext, @SessionId id: Uuid): Promise<SessionInfo> {
    return sessionInfo(await this.sessions.get(caller, id));
  }

  /** Gives a session its time anew. */
  @Post(':sessionId/renew')
  @ForUsers('messages:write')
  @HttpCode(200)
  @AnswersBare(SessionInfo)
  @Refuses('SESSION_NOT_FOUND', 'SESSION_EXPIRED', 'SESSION_RENEWAL_FAILED')
  async renew(@Caller() caller: TenantContext, @SessionId id: Uuid): Promise<SessionInfo> {
    return sessionInfo(await this.sessions.renew(caller, id));
  }

  /** Says that somebody is still there. */
  @Post(':sessionId/heartbeat')
  @ForUsers('messages:write')
  @HttpCode(200)
  @AnswersBare(SessionInfo)
  @Refuses('SESSION_NOT_FOUND', 'SESSION_EXPIRED')
  async heartbeat(@Caller() caller: TenantContext, @SessionId id: Uuid): Promise<SessionInfo> {
    return sessionInfo((await this.sessions.use(caller, id)).session);
  }

  /** Changes how long a session lasts. */
  @Patch(':sessionId/timeout')
  @ForUsers('messages:write')
  @AnswersBare(SessionInfo)
  @Refuses('SESSION_NOT_FOUND', 'SESSION_EXPIRED')
  async setTimeout(
    @Caller() caller: TenantContext,
    @SessionId id: Uuid,
    @Body() body: SessionTimeoutDto,
  ): Promise<SessionInfo> {
    return sessionInfo(await this.sessions.setTimeout(caller, id, body));
  }

  /** Ends a session. ElizaOS's client reads only `data`, so what it expects is there too. */
  @Delete(':sessionId')
  @ForUsers('messages:write')
  @AnswersBare(ToldSuccess)
  @Refuses('SESSION_NOT_FOUND')
  async remove(@Caller() caller: TenantContext, @SessionId id: Uuid): Promise<ToldSuccess> {
    await this.sessions.remove(caller, id);
    const message = `Session ${id} deleted successfully`;
    return { ...answer({ success: true as const, message }), message };
  }
}
