import { CreateGroupDto, FleetError, GroupAnswer, type Uuid } from '@app/contracts';
import { Caller, ForTenant, type TenantContext } from '@app/identity';
import { AnswersBare, Refuses } from '@app/platform';
import { Body, Controller, Delete, HttpCode, Inject, Param, Post, UseInterceptors } from '@nestjs/common';
import { Audit } from '../audit/audited.decorator.js';
import { answer } from '../http/answer.js';
import { IdPipe } from '../http/id.pipe.js';
import { GroupsService } from './groups.service.js';
import { PartlyDone } from './partly-done.interceptor.js';

const WorldId = Param('worldId', new IdPipe('message server'));

/** ElizaOS's routes of group memories, under both of their addresses. */
@Controller(['api/memory/groups/:worldId', 'api/agents/groups/:worldId'])
export class GroupsController {
  constructor(@Inject(GroupsService) private readonly groups: GroupsService) {}

  /** Makes a room for several agents. 207 when some of the agents are not there, 404 when none is. */
  @Post()
  @ForTenant('agents:write')
  @UseInterceptors(PartlyDone)
  @AnswersBare(GroupAnswer, 207)
  @Refuses('NOT_FOUND')
  @Audit('group.create')
  async create(
    @Caller() caller: TenantContext,
    @WorldId serverId: Uuid,
    @Body() body: CreateGroupDto,
  ): Promise<GroupAnswer> {
    const { rooms, errors } = await this.groups.create(caller, serverId, body);
    if (errors.length === 0) return answer(rooms);
    if (rooms.length === 0) throw new FleetError('NOT_FOUND', 'Agent not found', errors);
    return { ...answer(rooms), errors };
  }

  /** Deletes a world with its rooms and what agents remember of it. */
  @Delete()
  @ForTenant('agents:write')
  @HttpCode(204)
  @Audit('group.delete', 'worldId')
  async remove(@Caller() caller: TenantContext, @WorldId id: Uuid): Promise<void> {
    await this.groups.remove(caller, id);
  }

  /** Makes agents forget what was said in a world. */
  @Delete('memories')
  @ForTenant('agents:write')
  @HttpCode(204)
  @Audit('group.clear', 'worldId')
  async clear(@Caller() caller: TenantContext, @WorldId id: Uuid): Promise<void> {
    await this.groups.clear(caller, id);
  }
}
