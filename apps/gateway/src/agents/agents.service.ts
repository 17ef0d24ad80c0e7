import {
  elizaId,
  FleetError,
  isUuid,
  type AgentSummary,
  type AgentView,
  type CreateAgentDto,
  type JsonObject,
  type Uuid,
} from '@app/contracts';
import { boundEntity, type TenantContext } from '@app/identity';
import { Database, type AgentEntity, type TenantScope } from '@app/persistence';
import { agentSecretOwner, SecretBox } from '@app/platform';
import { Inject, Injectable } from '@nestjs/common';
import { takeSecrets, type SecretChanges } from './agent-secrets.js';
import { agentSummary, agentView, characterView, publicAgentView } from './agent-views.js';
import { changedCharacter, givenCharacter, newCharacter } from './character.js';

/** A tenant's agents: who they are, and whether they answer. */
@Injectable()
export class AgentsService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(SecretBox) private readonly box: SecretBox,
  ) {}

  /** All agents, active ones first, then by name. */
  async list({ tenantId }: TenantContext): Promise<AgentSummary[]> {
    return this.database.inTenant(tenantId, async (tenant) => (await tenant.agents.list()).map(agentSummary));
  }

  /**
   * An agent; to an end user what it shows to everybody.
   *
   * @throws FleetError NOT_FOUND
   */
  async get(caller: TenantContext, id: Uuid): Promise<AgentView> {
    return this.database.inTenant(caller.tenantId, async (tenant) => {
      const agent = present(await tenant.agents.find(id));
      if (boundEntity(caller) !== undefined) return publicAgentView(agent);
      return agentView(agent, await tenant.agentSecrets.names(id));
    });
  }

  /**
   * Makes an agent, not started. One that exists under the same id is answered as it is.
   *
   * @throws FleetError CREATE_ERROR
   */
  async create({ tenantId }: TenantContext, body: CreateAgentDto): Promise<{ id: Uuid; character: JsonObject }> {
    const { id, character, secrets } = forCreation(() => {
      const taken = takeSecrets(givenCharacter(body));
      const character = newCharacter(taken.character);
      const { id } = taken.character;
      return { id: isUuid(id) ? id.toLowerCase() : elizaId(character.name), character, secrets: taken.secrets };
    });
    return this.database.inTenant(tenantId, async (tenant) => {
      const made = await tenant.agents.insert({ id, name: character.name, character, engine: 'native' });
      if (made) await this.keep(tenant, id, secrets);
      const agent = present(await tenant.agents.find(id));
      return { id, character: { ...characterView(agent.character, await tenant.agentSecrets.names(id)), id } };
    });
  }

  /** @throws FleetError NOT_FOUND, VALIDATION_ERROR */
  async update({ tenantId }: TenantContext, id: Uuid, change: JsonObject): Promise<AgentView> {
    const { character, secrets } = takeSecrets(change);
    return this.database.inTenant(tenantId, async (tenant) => {
      const before = present(await tenant.agents.findForUpdate(id));
      const after = await tenant.agents.updateCharacter(id, changedCharacter(before.character, character));
      await this.keep(tenant, id, secrets);
      return agentView(present(after), await tenant.agentSecrets.names(id));
    });
  }

  /** @throws FleetError NOT_FOUND */
  async remove({ tenantId }: TenantContext, id: Uuid): Promise<void> {
    const removed = await this.database.inTenant(tenantId, (tenant) => tenant.agents.delete(id));
    if (!removed) throw agentNotFound();
  }

  /**
   * Lets an agent answer from now on; nothing changes when it does already.
   *
   * @throws FleetError NOT_FOUND
   */
  async start({ tenantId }: TenantContext, id: Uuid): Promise<{ id: Uuid; name: string; status: 'active' }> {
    return this.database.inTenant(tenantId, async (tenant) => {
      const { name } = present(await tenant.agents.find(id));
      await tenant.agents.setEnabled(id, true);
      return { id, name, status: 'active' as const };
    });
  }

  /**
   * Makes an agent answer no more; what it owes is cancelled.
   *
   * @throws FleetError NOT_FOUND, also for an agent that is not active
   */
  async stop({ tenantId }: TenantContext, id: Uuid): Promise<{ message: string }> {
    const stopped = await this.database.inTenant(tenantId, (tenant) => tenant.agents.setEnabled(id, false));
    if (!stopped) throw agentNotFound();
    return { message: 'Agent stopped' };
  }

  private async keep(
    tenant: TenantScope,
    agentId: Uuid,
    { kept, forgotten, forgetsRest }: SecretChanges,
  ): Promise<void> {
    const known = forgetsRest ? await tenant.agentSecrets.names(agentId) : forgotten;
    await tenant.agentSecrets.remove(
      agentId,
      known.filter((name) => !kept.has(name)),
    );
    const sealed = [...kept].map(([name, value]) => ({
      name,
      ...this.box.seal(value, agentSecretOwner(tenant.tenantId, agentId, name)),
    }));
    await tenant.agentSecrets.put(agentId, sealed);
  }
}

/** ElizaOS has one code for whatever is wrong with a new agent. */
function forCreation<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof FleetError) throw new FleetError('CREATE_ERROR', error.message, error.details);
    throw error;
  }
}

function present(agent: AgentEntity | undefined): AgentEntity {
  if (!agent) throw agentNotFound();
  return agent;
}

function agentNotFound(): FleetError {
  return new FleetError('NOT_FOUND', 'Agent not found');
}
