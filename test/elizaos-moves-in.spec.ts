import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Uuid } from '@app/contracts';
import { built, Cluster, elizaosInstallation, FleetClient, type ElizaosInstallation } from '@app/testing';
import { ElizaClient } from '@elizaos/api-client';
import { differences } from './contract/likeness.js';

interface Message {
  id: Uuid;
  authorId: Uuid;
  content: string;
  created_at: number;
  seq: number;
}

interface Answer {
  status: number;
  body: { data: Record<string, unknown> };
}

/** Where what we answer about the same things differs in its structure, and why. */
const KNOWN: [path: RegExp, difference: string, why: string][] = [
  [/\/agents\/[^/]+$/, 'data.settings.secrets', 'variables of the process stay behind'],
  [/tableName=messages|channelId=/, 'data.memories[messages].', 'messages are remembered as their channels have them'],
];

let cluster: Cluster;
let eliza: ElizaosInstallation;
let told: string;

beforeAll(async () => {
  eliza = await elizaosInstallation();
  cluster = await Cluster.start({ gateways: 1, workers: 1, media: true });
  told = await moveIn();
}, 120_000);

afterAll(async () => {
  await cluster?.close();
  await eliza?.close();
});

/** The built program, as an operator calls it while everything runs. */
async function moveIn(): Promise<string> {
  const args = [
    built('apps/admin/src/main.js'),
    'import-elizaos',
    eliza.url,
    '--tenant',
    'default',
    '--uploads',
    eliza.files,
  ];
  const { env } = cluster.gateway(1).options;
  return (await promisify(execFile)(process.execPath, args, { env })).stdout;
}

async function ask(path: string): Promise<Answer> {
  const answer = await fetch(`${cluster.url(1)}${path}`);
  return { status: answer.status, body: (await answer.json()) as Answer['body'] };
}

it('ends well beside gateways and workers that serve', () => {
  expect(told).toContain('All counts agree.');
});

it('leaves a client with the same answers to what it asks', async () => {
  const found: string[] = [];
  for (const { path, status, body } of eliza.answers) {
    const ours = await ask(path);
    if (ours.status !== status) found.push(`${path}: ${ours.status} for ${status}`);
    for (const difference of differences(ours.body, body)) {
      const isKnown = KNOWN.some(([where, what]) => where.test(path) && difference.startsWith(what));
      if (!isKnown) found.push(`${path}: ${difference}`);
    }
  }
  expect(found).toEqual([]);
});

it("shows ElizaOS's own client the same channels, participants and messages", async () => {
  const client = ElizaClient.create({ baseUrl: cluster.url(1) });
  const recorded = (path: string): Record<string, unknown> =>
    eliza.answers.find((answer) => answer.path === path)!.body.data;
  for (const server of ['00000000-0000-0000-0000-000000000000', eliza.ids['branch']!]) {
    const { channels }: { channels: { id: Uuid; name: string; type: string }[] } =
      await client.messaging.getMessageServerChannels(server);
    const theirs = recorded(`/api/messaging/message-servers/${server}/channels`)['channels'] as typeof channels;
    const named = (list: typeof channels): string[] => list.map(({ id, name, type }) => `${id} ${name} ${type}`).sort();
    expect(named(channels)).toEqual(named(theirs));
  }
  for (const name of ['direct', 'group', 'outside', 'empty', 'cleared', 'session']) {
    const id = eliza.ids[name]!;
    expect(await client.messaging.getChannelParticipants(id)).toEqual(
      recorded(`/api/messaging/channels/${id}/participants`),
    );
    const { messages }: { messages: Message[] } = await client.messaging.getChannelMessages(id, { limit: 50 });
    const theirs = recorded(`/api/messaging/channels/${id}/messages?limit=50`)['messages'] as Message[];
    const said = (list: Message[]): unknown[] =>
      list.map(({ id: messageId, authorId, content, created_at }) => ({ messageId, authorId, content, created_at }));
    expect(said(messages)).toEqual(said(theirs));
  }
});

it('serves files under the addresses that they had', async () => {
  for (const url of [eliza.ids['agentFile']!, eliza.ids['channelFile']!]) {
    const answer = await fetch(cluster.url(1) + url);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8']);
    expect(await answer.text()).toBe(readFileSync(`${eliza.files}${url.replace(/^\/media/, '')}`, 'utf8'));
  }
});

it('goes on where the conversation was', async () => {
  const { group, bert, alice } = eliza.ids;
  const messages = async (): Promise<Message[]> =>
    (await ask(`/api/messaging/channels/${group}/messages`)).body.data['messages'] as Message[];
  const [last] = await messages();
  const person = await FleetClient.connect(cluster.url(1), { entityId: alice! });
  try {
    await person.join(group!);
    const { messageId } = await person.send(group!, 'Bert, are you still there?');
    expect(await person.reply(messageId)).toMatchObject({ senderId: bert, senderName: 'Bert' });
    const [reply, question] = await messages();
    expect([question!.id, question!.seq, reply!.seq]).toEqual([messageId, last!.seq + 1, last!.seq + 2]);
  } finally {
    person.close();
  }
});

it('changes nothing when it is run again while people talk', async () => {
  expect(await moveIn()).toContain('Nothing was changed: everything was here.');
});
