import type { ArrivingMessage, Deleted, ElizaosSource } from '@app/persistence';
import { arrive, type MoveContext } from './arrival.js';
import { arrivingMessage } from './arriving-messages.js';
import type { Tally } from './tally.js';

/** Brings messages over, each channel's in their order. One that was deleted here stays deleted. */
export async function moveMessages(from: ElizaosSource, context: MoveContext): Promise<Tally> {
  return arrive(
    {
      kind: 'messages',
      source: await from.count('central_messages'),
      portions: (tally) => undeleted(from, context, tally),
      add: async (tenant, rows) => {
        const added = await tenant.arrivingMessages.add(rows);
        const showing = rows.filter(showsFiles).map(({ id }) => id);
        if (added < rows.length && showing.length > 0) await tenant.arrivingMessages.noteFiles(showing);
        return added;
      },
      count: async (tenant, rows) => {
        const ids = rows.map(({ id }) => id);
        return (await tenant.arrivals.present('messages', ids)).length;
      },
    },
    context,
  );
}

async function* undeleted(
  from: ElizaosSource,
  { database, tenantId }: MoveContext,
  tally: Tally,
): AsyncGenerator<ArrivingMessage[]> {
  let channelId: string | undefined;
  let deleted: Deleted | undefined;
  for await (const rows of from.messages()) {
    const kept: ArrivingMessage[] = [];
    const here = await database.inTenant(tenantId, (tenant) =>
      tenant.arrivals.present(
        'messages',
        rows.map(({ id }) => id),
      ),
    );
    const present = new Set(here);
    for (const row of rows) {
      if (row.channelId !== channelId) {
        ({ channelId } = row);
        deleted = await database.inTenant(tenantId, (tenant) => tenant.arrivingMessages.deleted(row.channelId));
      }
      if (isDeleted(row, deleted!)) tally.leave('were deleted here');
      else if (!present.has(row.id) && row.createdAt <= deleted!.unknownUpTo)
        tally.leave('were deleted here, or long ago');
      else kept.push(arrivingMessage(row));
    }
    yield kept;
  }
}

function showsFiles({ metadata, rawMessage }: ArrivingMessage): boolean {
  return metadata['attachments'] !== undefined || rawMessage?.['attachments'] !== undefined;
}

function isDeleted({ id, createdAt }: { id: string; createdAt: Date }, { messageIds, upTo }: Deleted): boolean {
  return messageIds.has(id) || createdAt <= upTo;
}
