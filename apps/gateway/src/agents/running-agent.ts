import { FleetError, type Uuid } from '@app/contracts';
import type { AgentEntity, TenantScope } from '@app/persistence';
import { Param } from '@nestjs/common';
import { IdPipe } from '../http/id.pipe.js';

/** The agent a route is about. */
export const AgentId: ParameterDecorator = Param('agentId', new IdPipe('agent'));

/** @throws FleetError NOT_FOUND, also for an agent that is stopped: ElizaOS knows only of running ones what they do */
export async function runningAgent(tenant: TenantScope, id: Uuid): Promise<AgentEntity> {
  const agent = await tenant.agents.find(id);
  if (!agent?.enabled) throw new FleetError('NOT_FOUND', 'Agent not found');
  return agent;
}
