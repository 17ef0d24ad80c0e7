import { DEFAULT_TENANT_ID, newId } from '@app/contracts';
import { makeChannel } from '@app/testing';
import { ElizaClient } from '@elizaos/api-client';
import { TestGateway } from './support.js';

const USER = newId();

let here: TestGateway;
let there: TestGateway;
let client: ElizaClient;
let channelId: string;

beforeAll(async () => {
  here = await TestGateway.start();
  there = await TestGateway.start({}, here);
  client = ElizaClient.create({ baseUrl: there.url });
});
afterAll(async () => {
  await there.close();
  await here.close();
});
beforeEach(async () => {
  channelId = await makeChannel(here.db.database, DEFAULT_TENANT_ID);
});

async function say(content: string, author_id = USER, channel = channelId): Promise<string> {
  const { body } = await here.call('POST', `/api/messaging/channels/${channel}/messages`, { content, author_id });
  return body.data.id;
}

async function found(asked: object): Promise<string[]> {
  const { messages } = await client.messaging.searchMessages({ channelId, ...asked });
  return messages.map((message: { content: string }) => message.content);
}

it('gets a message by its id', async () => {
  const id = await say('hello');
  expect(await client.messaging.getMessage(id)).toMatchObject({ id, channelId, authorId: USER, content: 'hello' });
  await expect(client.messaging.getMessage(newId())).rejects.toMatchObject({
    status: 404,
    code: 'NOT_FOUND',
    message: 'Message not found',
  });
  await expect(client.messaging.getMessage('nope')).rejects.toMatchObject({ status: 400, code: 'INVALID_ID' });
});

it('edits a message, tells those who listen, and finds its new words and no more the old ones', async () => {
  const listener = await here.connect();
  await listener.join(channelId);
  const id = await say('an aardvark');
  expect(await client.messaging.updateMessage(id, 'a zebra')).toMatchObject({ id, content: 'a zebra' });
  const told = await listener.next('messageBroadcast', ({ text }) => text === 'a zebra');
  expect(told).toMatchObject({ id, seq: 2, updatedAt: expect.any(Number) });
  expect(told.updatedAt).toBeGreaterThan(told.createdAt);
  expect(await found({ query: 'zebra' })).toEqual(['a zebra']);
  expect(await found({ query: 'aardvark' })).toEqual([]);
  await expect(client.messaging.updateMessage(newId(), 'x')).rejects.toMatchObject({ status: 404 });
  await expect(client.messaging.updateMessage(id, ' ')).rejects.toMatchObject({ status: 400 });
});

it('tells of an edit that a listener missed', async () => {
  const listener = await there.connect();
  await listener.join(channelId);
  const id = await say('before');
  await here.db.database.inTenant(DEFAULT_TENANT_ID, (tenant) => tenant.messages.update(id, { content: 'after' }));
  expect(await listener.next('messageBroadcast', ({ text }) => text === 'after')).toMatchObject({ id, seq: 2 });
});

it('finds words in any language, English ones in any form, phrases, and what is without a word', async () => {
  for (const text of ['The cats are running', 'Die Straße ist naß', 'a cat sat', 'running shoes', 'ネコ が すき']) {
    await say(text);
  }
  expect(await found({ query: 'cat' })).toEqual(['a cat sat', 'The cats are running']);
  expect(await found({ query: 'RUN' })).toEqual(['running shoes', 'The cats are running']);
  expect(await found({ query: 'straße' })).toEqual(['Die Straße ist naß']);
  expect(await found({ query: 'ネコ' })).toEqual(['ネコ が すき']);
  expect(await found({ query: '"cat sat"' })).toEqual(['a cat sat']);
  expect(await found({ query: 'running -shoes' })).toEqual(['The cats are running']);
  expect(await found({ query: 'the' })).toEqual(['The cats are running']);
  for (const query of ['!!!', "'", '"', ':*', '\\', "a' | 'tenant", '   ']) expect(await found({ query })).toEqual([]);
});

it('narrows by channel, author and time, and pages newest first', async () => {
  const other = newId();
  const elsewhere = await makeChannel(here.db.database, DEFAULT_TENANT_ID);
  const word = `w${newId().slice(0, 8)}`;
  for (const text of ['1', '2', '3', '4']) await say(`${text} ${word}`, text === '2' ? other : USER);
  await say(`5 ${word}`, USER, elsewhere);
  const search = async (asked: object): Promise<string> => {
    const { messages } = await client.messaging.searchMessages({ query: word, ...asked });
    return messages.map(({ content }: { content: string }) => content[0]).join('');
  };
  expect(await search({})).toBe('54321');
  expect(await search({ channelId })).toBe('4321');
  expect(await search({ authorId: other })).toBe('2');
  expect(await search({ limit: 2 })).toBe('54');
  expect(await search({ limit: 2, offset: 2 })).toBe('32');
  expect(await search({ limit: 2, page: 3 })).toBe('1');
  const [third] = (await client.messaging.searchMessages({ query: `"3 ${word}"` })).messages;
  expect(await search({ from: new Date(third.created_at) })).toBe('543');
  expect(await search({ to: third.createdAt })).toBe('321');
  expect(await found({ authorId: other })).toEqual([`2 ${word}`]);
  const byQuery = await here.call('GET', `/api/messaging/messages/search?query=${word}&limit=4`);
  expect(byQuery.body.data).toMatchObject({ hasMore: true, messages: [{}, {}, {}, {}] });
});

it.each([
  ['neither words nor a channel', { query: undefined, channelId: undefined }],
  ['a query that is a number', { query: 5 }],
  ['a wrong channel', { query: 'x', channelId: 'nope' }],
  ['a wrong time', { query: 'x', from: 'soon' }],
  ['a limit of nothing', { query: 'x', limit: 0 }],
  ['too deep a page', { query: 'x', offset: 1_000_000 }],
])('refuses a search with %s', async (_, asked) => {
  await expect(client.messaging.searchMessages(asked)).rejects.toMatchObject({ status: 400, code: 'VALIDATION_ERROR' });
});
