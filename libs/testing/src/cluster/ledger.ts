import type { Cluster } from './cluster.js';

/** Where the ledger of usage differs from the messages and turns it counts, for the cluster's tenant. */
export async function ledgerFaults(cluster: Cluster): Promise<string[]> {
  const rows = await cluster.sql<{ kind: string; counted: string; happened: string }>(
    `with ledger as (select kind, sum(quantity) as quantity from usage_ledger where tenant_id = $1 group by kind),
     truth as (
       select 'messages' as kind, count(*)::numeric as quantity from messages
        where tenant_id = $1 and source_type is distinct from 'agent_response'
       union all select 'inputTokens', sum(input_tokens) from turns where tenant_id = $1
       union all select 'outputTokens', sum(output_tokens) from turns where tenant_id = $1)
     select truth.kind, coalesce(ledger.quantity, 0)::text as counted, coalesce(truth.quantity, 0)::text as happened
       from truth left join ledger using (kind)
      where coalesce(ledger.quantity, 0) <> coalesce(truth.quantity, 0)`,
    [cluster.tenantId],
  );
  return rows.map(({ kind, counted, happened }) => `The ledger has ${counted} ${kind} of ${happened}`);
}
