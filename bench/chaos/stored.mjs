import { Redis } from 'ioredis';
import { ask } from '../lib/postgres.mjs';

/** How many turns are neither done nor given up; undefined while nobody can tell. */
export async function unfinished(adminUrl) {
  try {
    const [{ count }] = await ask(
      adminUrl,
      `select count(*)::int as count from turns where state in ('waiting', 'released', 'running')`,
    );
    return count;
  } catch {
    return undefined;
  }
}

/** What Postgres and Redis hold after a run, as far as promises speak of it. */
export async function storedState({ stores }, channels) {
  const where = 'where channel_id = any ($1::uuid[]) order by channel_id, seq';
  // one after the other: where connections are scarce, there may be one for the superuser
  const of = (text, values) => ask(stores.adminUrl, text, values);
  const messages = await of(
    `select tenant_id as tenant, channel_id as channel, id, seq::int, author_id as author, content,
            in_reply_to as "inReplyTo", client_message_id as key,
            source_type is not distinct from 'agent_response' as "isReply"
       from messages ${where}`,
    [channels],
  );
  const events = await of(
    `select channel_id as channel, seq::int, kind, message_id as id from channel_events ${where}`,
    [channels],
  );
  const turns = await of(
    `select id, channel_id as channel, agent_id as agent, message_id as "messageId", state, attempt from turns ${where}`,
    [channels],
  );
  const ledger = await of(LEDGER);
  const [open] = await of(
    `select count(*)::int as count from pg_stat_activity
      where datname = 'eliza' and state like 'idle in transaction%' and now() - state_change > interval '2 seconds'`,
  );
  const jobs = await queued(stores.redis.server.url);
  return { messages, events, turns, ledger, openTransactions: open.count, queued: jobs };
}

/** Where the ledger of usage differs from what it counts, over all tenants. */
const LEDGER = `with ledger as (select tenant_id, kind, sum(quantity) as quantity from usage_ledger group by 1, 2),
   truth as (
     select tenant_id, 'messages' as kind, count(*)::numeric as quantity from messages
      where source_type is distinct from 'agent_response' group by 1
     union all select tenant_id, 'inputTokens', sum(input_tokens) from turns group by 1
     union all select tenant_id, 'outputTokens', sum(output_tokens) from turns group by 1)
   select truth.kind, coalesce(ledger.quantity, 0)::text as counted, coalesce(truth.quantity, 0)::text as happened
     from truth left join ledger using (tenant_id, kind)
    where coalesce(ledger.quantity, 0) <> coalesce(truth.quantity, 0)`;

/** Jobs that are left in queues. */
async function queued(url) {
  const client = new Redis(url);
  try {
    let count = 0;
    for await (const keys of client.scanStream({ match: '*', count: 500 })) {
      for (const key of keys.filter((one) => /:(wait|active|delayed|prioritized|paused)$/.test(one))) {
        const type = await client.type(key);
        if (type === 'list') count += await client.llen(key);
        if (type === 'zset') count += await client.zcard(key);
      }
    }
    return count;
  } finally {
    client.disconnect();
  }
}
