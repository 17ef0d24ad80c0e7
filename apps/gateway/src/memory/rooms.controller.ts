import { CreateRoomDto, RoomCreated, RoomDetail, RoomList, type Uuid } from '@app/contracts';
import { Caller, ForTenant, ForUsers, type TenantContext } from '@app/identity';
import { Answers, Refuses } from '@app/platform';
import { Body, Controller, Get, Inject, Param, Post } from '@nestjs/common';
import { Audit } from '../audit/audited.decorator.js';
import { AgentId } from '../agents/running-agent.js';
import { answer, type Answer } from '../http/answer.js';
import { IdPipe } from '../http/id.pipe.js';
import { RoomsService } from './rooms.service.js';

/** ElizaOS's routes of agents' rooms, under both of their addresses. */
@Controller(['api/memory/:agentId/rooms', 'api/agents/:agentId/rooms'])
export class RoomsController {
  constructor(@Inject(RoomsService) private readonly rooms: RoomsService) {}

  /** The rooms of an agent. */
  @Get()
  @ForUsers('agents:read')
  @Answers(RoomList)
  @Refuses('NOT_FOUND')
  async list(@Caller() caller: TenantContext, @AgentId agentId: Uuid): Promise<Answer<RoomList>> {
    return answer({ rooms: await this.rooms.list(caller, agentId) });
  }

  /** Makes a room for an agent. */
  @Post()
  @ForTenant('agents:write')
  @Answers(RoomCreated)
  @Refuses('NOT_FOUND')
  @Audit('room.create')
  async create(
    @Caller() caller: TenantContext,
    @AgentId agentId: Uuid,
    @Body() body: CreateRoomDto,
  ): Promise<Answer<RoomCreated>> {
    return answer(await this.rooms.create(caller, agentId, body));
  }

  /** A room with the name of its world. */
  @Get(':roomId')
  @ForUsers('agents:read')
  @Answers(RoomDetail)
  @Refuses('NOT_FOUND')
  async get(
    @Caller() caller: TenantContext,
    @AgentId agentId: Uuid,
    @Param('roomId', new IdPipe('room')) roomId: Uuid,
  ): Promise<Answer<RoomDetail>> {
    return answer(await this.rooms.get(caller, agentId, roomId));
  }
}
