import type { ArrivingOverride, ElizaosSource, Keepsake, OfAgent, TenantScope } from '@app/persistence';
import { arrive, mapped, type MoveContext } from './arrival.js';
import { fateOfMemory, fateOfRoom, fateOfWorld, overrideOf, type Fate } from './arriving-keepsakes.js';
import type { Tally } from './tally.js';

/** Brings over what agents keep: worlds, rooms and memories, and how they remember messages otherwise. */
export async function moveKeepsakes(from: ElizaosSource, context: MoveContext): Promise<Tally[]> {
  return [
    await keep(context, {
      table: 'worlds',
      source: await from.count('worlds'),
      fates: mapped(from.worlds(), fateOfWorld),
      add: (tenant, rows) => tenant.arrivals.addWorlds(rows),
    }),
    await keep(context, {
      table: 'rooms',
      source: await from.count('rooms'),
      fates: mapped(from.rooms(), fateOfRoom),
      add: (tenant, rows) => tenant.arrivals.addRooms(rows),
    }),
    await keep(context, {
      table: 'memories',
      source: await from.count('memories'),
      fates: mapped(from.memories(), fateOfMemory),
      add: (tenant, rows) => tenant.arrivals.addMemories(rows),
    }),
    await moveOverrides(from, context),
  ];
}

async function keep<Row extends OfAgent>(
  context: MoveContext,
  kept: {
    table: Keepsake;
    source: number;
    fates: AsyncIterable<Fate<Row>[]>;
    add(tenant: TenantScope, rows: Row[]): Promise<unknown[]>;
  },
): Promise<Tally> {
  return arrive(
    {
      kind: kept.table,
      source: kept.source,
      portions: (tally) => stored(kept.fates, tally),
      add: async (tenant, rows: Row[]) => (await kept.add(tenant, rows)).length,
      count: (tenant, rows) => tenant.arrivals.countKeepsakes(kept.table, rows),
    },
    context,
  );
}

async function* stored<Row>(portions: AsyncIterable<Fate<Row>[]>, tally: Tally): AsyncGenerator<Row[]> {
  for await (const fates of portions) {
    yield fates.flatMap((fate) => {
      if ('stored' in fate) return [fate.stored];
      tally.leave(fate.left);
      return [];
    });
  }
}

async function moveOverrides(from: ElizaosSource, context: MoveContext): Promise<Tally> {
  let counted: Tally;
  return arrive(
    {
      kind: 'messages remembered otherwise',
      source: 0,
      portions: (tally) => {
        counted = tally;
        return overrides(from, tally);
      },
      add: async (tenant, rows) => (await tenant.arrivals.addOverrides(rows)).length,
      count: async (tenant, rows) => {
        const ids = rows.map(({ messageId }) => messageId);
        const here = new Set(await tenant.arrivals.present('messages', ids));
        const away = rows.filter(({ messageId }) => !here.has(messageId)).length;
        if (!context.dryRun) counted.leave('are of messages that were deleted here', away);
        return tenant.arrivals.countOverrides(rows);
      },
    },
    context,
  );
}

/** These are no rows at the source: they are counted as they are found. */
async function* overrides(from: ElizaosSource, tally: Tally): AsyncGenerator<ArrivingOverride[]> {
  for await (const memories of from.memories()) {
    const changed = memories.flatMap(overrideOf);
    tally.source += changed.length;
    yield changed;
  }
  for await (const forgotten of from.forgotten()) {
    tally.source += forgotten.length;
    yield forgotten.map((pair) => ({ ...pair, content: null }));
  }
}
