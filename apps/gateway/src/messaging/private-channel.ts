import { DEFAULT_MESSAGE_SERVER_ID, FleetError, newId, type JsonObject, type Uuid } from '@app/contracts';
import type { AgentEntity, TenantScope } from '@app/persistence';

/** A channel that somebody and an agent have for themselves. */
export interface PrivateChannel {
  name: string;
  agentId: Uuid;
  userId: Uuid;
  metadata: JsonObject;
}

/** Makes a direct channel on the tenant's default server, in which both take part. Answers its id. */
export async function makePrivateChannel(tenant: TenantScope, channel: PrivateChannel): Promise<Uuid> {
  const { name, agentId, userId, metadata } = channel;
  const id = newId();
  const messageServerId = DEFAULT_MESSAGE_SERVER_ID;
  await tenant.channels.insert({ id, messageServerId, name, type: 'DM', metadata });
  await tenant.participants.add(id, [...new Set([userId, agentId])]);
  return id;
}

/**
 * The agent, if it runs.
 *
 * @throws FleetError AGENT_NOT_FOUND, also for one that is stopped, as ElizaOS does
 */
export async function runningAgent(tenant: TenantScope, agentId: Uuid): Promise<AgentEntity> {
  const agent = await tenant.agents.find(agentId);
  if (!agent?.enabled) throw new FleetError('AGENT_NOT_FOUND', 'Agent not found');
  return agent;
}
