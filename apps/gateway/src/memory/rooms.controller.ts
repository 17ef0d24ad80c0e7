import { CreateRoomDto, type JsonObject, type Uuid } from '@app/contracts';
import { Caller, ForTenant, ForUsers, type TenantContext } from '@app/identity';
import { Body, Controller, Get, Inject, Param, Post } from '@nestjs/common';
import { AgentId } from '../agents/running-agent.js';
import { answer, type Answer } from '../http/answer.js';
import { IdPipe } from '../http/id.pipe.js';
import { RoomsService } from './rooms.service.js';

/** ElizaOS's routes of agents' rooms, under both of their addresses. */
@Controller(['api/memory/:agentId/rooms', 'api/agents/:agentId/rooms'])
export class RoomsController {
  constructor(@Inject(RoomsService) private readonly rooms: RoomsService) {}

  @Get()
  @ForUsers('agents:read')
  async list(@Caller() caller: TenantContext, @AgentId agentId: Uuid): Promise<Answer<{ rooms: JsonObject[] }>> {
    return answer({ rooms: await this.rooms.list(caller, agentId) });
  }

  @Post()
  @ForTenant('agents:write')
  async create(
    @Caller() caller: TenantContext,
    @AgentId agentId: Uuid,
    @Body() body: CreateRoomDto,
  ): Promise<Answer<JsonObject>> {
    return answer(await this.rooms.create(caller, agentId, body));
  }

  @Get(':roomId')
  @ForUsers('agents:read')
  async get(
    @Caller() caller: TenantContext,
    @AgentId agentId: Uuid,
    @Param('roomId', new IdPipe('room')) roomId: Uuid,
  ): Promise<Answer<JsonObject>> {
    return answer(await this.rooms.get(caller, agentId, roomId));
  }
}
