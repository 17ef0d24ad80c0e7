import type { ElizaosSource, TenantScope } from '@app/persistence';
import { agentSecretOwner, type SecretBox } from '@app/platform';
import { arrive, mapped, type MoveContext } from './arrival.js';
import type { AgentWithSecrets, ArrivingAgents } from './arriving-agents.js';
import type { Tally } from './tally.js';

/** Brings agents over, their secrets sealed with the key of this installation. One that is here stays as it is. */
export async function moveAgents(
  from: ElizaosSource,
  context: MoveContext,
  { agents, box }: { agents: ArrivingAgents; box: SecretBox },
): Promise<Tally> {
  return arrive(
    {
      kind: 'agents',
      source: await from.count('agents'),
      portions: () => mapped(from.agents(), (agent) => agents.arriving(agent)),
      add: async (tenant, rows) => {
        const added = new Set(await tenant.arrivals.addAgents(rows.map(({ secrets: _, ...agent }) => agent)));
        for (const agent of rows) if (added.has(agent.id)) await keepSecrets(tenant, agent, box);
        return added.size;
      },
      count: async (tenant, rows) => {
        const ids = rows.map(({ id }) => id);
        return (await tenant.arrivals.present('agents', ids)).length;
      },
    },
    context,
  );
}

async function keepSecrets(tenant: TenantScope, { id, secrets }: AgentWithSecrets, box: SecretBox): Promise<void> {
  const sealed = [...secrets].map(([name, value]) => ({
    name,
    ...box.seal(value, agentSecretOwner(tenant.tenantId, id, name)),
  }));
  await tenant.agentSecrets.put(id, sealed);
}
