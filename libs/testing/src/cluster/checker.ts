import type { MessageStreamChunk, Uuid } from '@app/contracts';
import type { FleetClient } from './fleet-client.js';
import type { Cluster } from './cluster.js';
import { ledgerFaults } from './ledger.js';
import { storedRecord, type EventRow, type StoredRecord } from './stored-record.js';

/** What is to be proven on the record of a run. */
export interface Run {
  cluster: Cluster;
  channels: Uuid[];
  /** Each of them owes every message of a person one answer. */
  agents: Uuid[];
  senders: FleetClient[];
  /** Each has joined all channels before the first message. */
  listeners: FleetClient[];
  /** Nothing was killed: every turn took one attempt, and nearly every stream arrived whole. */
  calm: boolean;
}

/** What does not hold; empty when nothing was lost, doubled or mixed up. */
export async function faultsOf(run: Run): Promise<string[]> {
  const [record, ledger] = await Promise.all([storedRecord(run.cluster, run.channels), ledgerFaults(run.cluster)]);
  const faults = [...faultsIn(run, record), ...ledger];
  return faults.length > 25 ? [...faults.slice(0, 25), `and ${faults.length - 25} more`] : faults;
}

/** {@link faultsOf}, of what Postgres said. */
export function faultsIn(run: Run, record: StoredRecord): string[] {
  return [
    ...faultsOfAcks(run, record),
    ...faultsOfOrder(record),
    ...faultsOfReplies(run, record),
    ...run.listeners.flatMap((listener, index) => [
      ...faultsOfHearing(listener, record).map((fault) => `listener ${index + 1}: ${fault}`),
      ...faultsOfStreams(listener, record, run.calm).map((fault) => `listener ${index + 1}: ${fault}`),
    ]),
  ];
}

/** The scripted model's answer. */
export function echo(text: string): string {
  return `echo: ${text}`;
}

/** None lost, none stored twice. */
function faultsOfAcks({ senders, channels }: Run, { messages }: StoredRecord): string[] {
  const stored = groups(messages, (message) => `${message.authorId}|${message.clientMessageId}`);
  return senders.flatMap(({ sent }) =>
    sent.flatMap((one) => {
      if (!channels.includes(one.channelId)) return [];
      const found = stored.get(`${one.authorId}|${one.clientMessageId}`) ?? [];
      if (!one.ack) return found.length > 1 ? [`"${one.text}" was not acknowledged and is stored twice`] : [];
      const [row] = found;
      if (!row || found.length > 1) return [`"${one.text}" was acknowledged and is stored ${found.length} times`];
      const same = row.id === one.ack.messageId && row.seq === one.ack.seq && row.content === one.text;
      return same ? [] : [`"${one.text}" was acknowledged as ${one.ack.seq} and stored as ${row.seq}`];
    }),
  );
}

/** Every channel counts 1, 2, 3, and every message has its place. */
function faultsOfOrder({ events, messages }: StoredRecord): string[] {
  const placed = new Set(messages.map((message) => `${message.channelId}|${message.seq}|${message.id}`));
  const faults: string[] = [];
  for (const [channel, rows] of groups(events, (event) => event.channelId)) {
    const gap = rows.findIndex((row, index) => row.seq !== index + 1);
    if (gap >= 0) faults.push(`channel ${channel} has ${rows[gap]!.seq} where ${gap + 1} belongs`);
    for (const row of rows) {
      if (!placed.has(`${channel}|${row.seq}|${row.messageId}`)) faults.push(`event ${row.seq} has no message`);
    }
  }
  if (placed.size !== events.length) faults.push(`${messages.length} messages have ${events.length} events`);
  return faults;
}

/** Each message is answered once by each agent, in the order it was asked. */
function faultsOfReplies({ agents, calm }: Run, { messages, turns }: StoredRecord): string[] {
  const faults: string[] = [];
  const byId = new Map(messages.map((message) => [message.id, message]));
  const answers = groups(messages, (message) => `${message.inReplyTo}|${message.authorId}`);
  const turnsOf = groups(turns, (turn) => `${turn.messageId}|${turn.agentId}`);
  for (const asked of messages.filter((message) => !agents.includes(message.authorId))) {
    for (const agent of agents) {
      const replies = answers.get(`${asked.id}|${agent}`) ?? [];
      if (replies.length !== 1) faults.push(`"${asked.content}" has ${replies.length} answers`);
      else if (replies[0]!.content !== echo(asked.content)) faults.push(`"${asked.content}" has a strange answer`);
      const own = turnsOf.get(`${asked.id}|${agent}`) ?? [];
      const states = own.map((turn) => turn.state).join();
      if (states !== 'completed') faults.push(`"${asked.content}" has turns: ${states || 'none'}`);
      if (calm && own.some((turn) => turn.attempt !== 1)) faults.push(`"${asked.content}" took several attempts`);
    }
  }
  const replies = messages.filter((message) => agents.includes(message.authorId));
  for (const [lane, rows] of groups(replies, (reply) => `${reply.channelId}|${reply.authorId}`)) {
    const order = rows.map((row) => byId.get(row.inReplyTo ?? '')?.seq ?? 0);
    if (order.some((seq, index) => index > 0 && seq <= order[index - 1]!))
      faults.push(`answers of ${lane} are mixed up`);
  }
  return faults;
}

/** A listener hears every event behind the one it joined at, once, in order. */
function faultsOfHearing(listener: FleetClient, { events }: StoredRecord): string[] {
  const faults: string[] = [];
  const joined = new Map(listener.all('channel_joined').map(({ channelId, seq }) => [channelId, seq]));
  const heard = groups(listener.all('messageBroadcast'), (message) => message.channelId);
  for (const [channel, rows] of groups(events, (event) => event.channelId)) {
    const from = joined.get(channel);
    if (from === undefined) continue;
    const due = rows.filter((row) => row.seq > from);
    const fault = firstDifference(due, heard.get(channel) ?? []);
    if (fault) faults.push(`channel ${channel}: ${fault}`);
  }
  return faults;
}

function firstDifference(due: EventRow[], heard: { id: Uuid; seq: number }[]): string | undefined {
  const index = due.findIndex((row, at) => heard[at]?.seq !== row.seq || heard[at]?.id !== row.messageId);
  if (index < 0) return heard.length > due.length ? `heard ${heard.length} events of ${due.length}` : undefined;
  return `heard ${heard[index]?.seq ?? 'nothing'} where ${due[index]!.seq} was due (${heard.length} of ${due.length})`;
}

/** The pieces of a reply are its beginning, between the question and the reply; in a calm run all of it. */
function faultsOfStreams(listener: FleetClient, { messages }: StoredRecord, calm: boolean): string[] {
  const joined = new Map(listener.all('channel_joined').map(({ channelId, seq }) => [channelId, seq]));
  const places = new Map<string, number>();
  const streams = new Map<Uuid, { first: number; last: number; chunks: MessageStreamChunk[] }>();
  const ended = new Set(listener.all('messageDeleted').map(({ messageId }) => messageId));
  listener.heard.forEach((one, place) => {
    if (one.event === 'messageBroadcast') places.set(one.payload.id, place);
    if (one.event !== 'messageStreamChunk') return;
    const stream = streams.get(one.payload.messageId) ?? { first: place, last: place, chunks: [] };
    stream.last = place;
    stream.chunks.push(one.payload);
    streams.set(one.payload.messageId, stream);
  });
  const faults: string[] = [];
  let partial = 0;
  let replies = 0;
  for (const reply of messages.filter((message) => message.inReplyTo !== null && joined.has(message.channelId))) {
    const stream = streams.get(reply.id);
    streams.delete(reply.id);
    // What had ended as the listener joined is history to it: it did not hear the end.
    if (reply.seq <= joined.get(reply.channelId)!) continue;
    const text = beginning(stream?.chunks ?? []);
    if (!reply.content.startsWith(text)) faults.push(`of "${reply.content}" the stream said "${text}"`);
    if (text !== reply.content) partial++;
    replies++;
    if (!stream) continue;
    if (stream.first < (places.get(reply.inReplyTo!) ?? 0)) faults.push(`"${reply.content}" began before its question`);
    if (stream.last > (places.get(reply.id) ?? 0)) faults.push(`"${reply.content}" went on after its end`);
  }
  // A reply may be read from Postgres before its pieces are here: they are not shown behind it. That is rare.
  if (calm && partial > replies / 100) faults.push(`${partial} of ${replies} streams are not whole`);
  for (const id of streams.keys()) if (!ended.has(id)) faults.push(`the stream ${id} was left without an end`);
  return faults;
}

/** The text of pieces 0, 1, 2 … as far as none is missing. */
function beginning(chunks: MessageStreamChunk[]): string {
  let text = '';
  for (const [place, { index, chunk }] of chunks.entries()) {
    if (index !== place) break;
    text += chunk;
  }
  return text;
}

function groups<T>(items: T[], key: (item: T) => string): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const item of items) {
    const group = found.get(key(item));
    if (group) group.push(item);
    else found.set(key(item), [item]);
  }
  return found;
}
