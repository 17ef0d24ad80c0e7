import type { Uuid } from '@app/contracts';
import type { Cluster } from './cluster.js';

/** A message as Postgres has it. */
export interface MessageRow {
  id: Uuid;
  channelId: Uuid;
  seq: number;
  authorId: Uuid;
  content: string;
  inReplyTo: Uuid | null;
  clientMessageId: string | null;
}

/** An event of a channel as Postgres has it. */
export interface EventRow {
  channelId: Uuid;
  seq: number;
  kind: string;
  messageId: Uuid | null;
}

/** A turn as Postgres has it. */
export interface TurnRow {
  id: Uuid;
  channelId: Uuid;
  agentId: Uuid;
  messageId: Uuid;
  state: string;
  attempt: number;
  worker: string | null;
}

/** The columns of {@link TurnRow}. */
export const TURN = `id, channel_id as "channelId", agent_id as "agentId", message_id as "messageId", state, attempt, worker`;

/** What Postgres knows of some channels. */
export interface StoredRecord {
  messages: MessageRow[];
  events: EventRow[];
  turns: TurnRow[];
}

/** Everything that happened in these channels, in the order of their seq. */
export async function storedRecord(cluster: Cluster, channels: Uuid[]): Promise<StoredRecord> {
  const scope = [cluster.tenantId, channels];
  const where = 'where tenant_id = $1 and channel_id = any ($2::uuid[]) order by channel_id, seq';
  const [messages, events, turns] = await Promise.all([
    cluster.sql<MessageRow>(
      `select id, channel_id as "channelId", seq::int, author_id as "authorId", content, in_reply_to as "inReplyTo",
              client_message_id as "clientMessageId" from messages ${where}`,
      scope,
    ),
    cluster.sql<EventRow>(
      `select channel_id as "channelId", seq::int, kind, message_id as "messageId" from channel_events ${where}`,
      scope,
    ),
    turnsOf(cluster, channels),
  ]);
  return { messages, events, turns };
}

/** The turns of these channels. */
export async function turnsOf(cluster: Cluster, channels: Uuid[]): Promise<TurnRow[]> {
  return cluster.sql<TurnRow>(
    `select ${TURN} from turns where tenant_id = $1 and channel_id = any ($2::uuid[]) order by channel_id, seq, agent_id`,
    [cluster.tenantId, channels],
  );
}
