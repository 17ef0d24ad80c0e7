import { mediaPath, newId, type JsonObject, type MediaPlace, type Uuid } from '@app/contracts';
import { MediaPath, MessagePath } from '@app/persistence';
import { makeAgent, makeChannel, someMessage, testDatabase, type TestDatabase } from '@app/testing';

let db: TestDatabase;
let tenant: Uuid;
let files: MediaPath;
let messages: MessagePath;
beforeAll(async () => {
  db = await testDatabase();
  tenant = await db.tenant();
  files = new MediaPath(db.database);
  messages = new MessagePath(db.database, 10);
});
afterAll(() => db.close());

interface File extends MediaPlace {
  id: Uuid;
}

async function file(owner: Partial<MediaPlace> = {}, of = tenant): Promise<File> {
  const id = newId();
  const media = { id, ownerKind: 'agent' as const, ownerId: newId(), file: `${id}.png`, ...owner };
  await files.reserve(of, { ...media, originalName: 'a.png', type: 'image/png', size: 10 }, 60_000);
  await files.publish(of, id, { size: 5, checksum: 'a' });
  return media;
}

const showing = (...places: MediaPlace[]): JsonObject => ({
  attachments: places.map((place) => ({ id: newId(), url: mediaPath(place) })),
});

async function say(channelId: Uuid, metadata: JsonObject = {}, rawMessage?: JsonObject): Promise<Uuid> {
  const answer = await messages.accept(tenant, { ...someMessage(channelId), metadata, rawMessage });
  if (answer.outcome !== 'accepted') throw new Error(answer.outcome);
  return answer.id;
}

async function stateOf({ id }: File): Promise<string> {
  const [row] = await db.asSuperuser<{ state: string }>('select state from media where id = $1', [id]);
  return row?.state ?? 'gone';
}

const remove = (channel: Uuid, message: Uuid) =>
  db.database.inTenant(tenant, (scope) => scope.messages.delete(channel, message));

test('a file goes with the message that showed it', async () => {
  const channel = await makeChannel(db.database, tenant, {});
  const shown = [
    await file(),
    await file({ ownerKind: 'channel', ownerId: channel }),
    await file({ ownerKind: 'generated' }),
  ];
  const message = await say(channel, showing(...shown));
  expect(await Promise.all(shown.map(stateOf))).toEqual(['ready', 'ready', 'ready']);
  await remove(channel, message);
  expect(await Promise.all(shown.map(stateOf))).toEqual(['deleting', 'deleting', 'deleting']);
});

test('a file that two messages show goes with the last of them', async () => {
  const [here, there] = [await makeChannel(db.database, tenant, {}), await makeChannel(db.database, tenant, {})];
  const shown = await file();
  const first = await say(here, showing(shown, shown));
  await say(there, {}, showing(shown));
  await remove(here, first);
  expect(await stateOf(shown)).toBe('ready');
  await db.database.inTenant(tenant, (scope) => scope.messages.clear(there));
  expect(await stateOf(shown)).toBe('deleting');
});

test('of two last messages that are deleted at once one takes it along', async () => {
  for (let round = 0; round < 10; round++) {
    const [here, there] = [await makeChannel(db.database, tenant, {}), await makeChannel(db.database, tenant, {})];
    const shown = [await file(), await file(), await file()];
    const [first, second] = [await say(here, showing(...shown)), await say(there, showing(...shown.toReversed()))];
    await Promise.all([remove(here, first), remove(there, second)]);
    expect(await Promise.all(shown.map(stateOf))).toEqual(['deleting', 'deleting', 'deleting']);
  }
});

test('a file that is shown in the moment it would go is either kept or not shown as a use', async () => {
  for (let round = 0; round < 10; round++) {
    const channel = await makeChannel(db.database, tenant, {});
    const shown = await file();
    const first = await say(channel, showing(shown));
    const [, second] = await Promise.all([remove(channel, first), say(channel, showing(shown))]);
    const uses = await db.asSuperuser('select from media_uses where message_id = $1', [second]);
    expect(await stateOf(shown)).toBe(uses.length === 1 ? 'ready' : 'deleting');
  }
});

test('a message that is edited lets go what it shows no longer, and keeps what it shows now', async () => {
  const channel = await makeChannel(db.database, tenant, {});
  const [old, kept, added] = [await file(), await file(), await file()];
  const message = await say(channel, showing(old, kept));
  await db.database.inTenant(tenant, (scope) => scope.messages.update(message, { metadata: showing(kept, added) }));
  expect(await Promise.all([old, kept, added].map(stateOf))).toEqual(['deleting', 'ready', 'ready']);
  await db.database.inTenant(tenant, (scope) => scope.messages.update(message, { content: 'Other words' }));
  await remove(channel, message);
  expect(await Promise.all([kept, added].map(stateOf))).toEqual(['deleting', 'deleting']);
});

test('a channel takes its files along, shown or not, and those that were only shown in it', async () => {
  const channel = await makeChannel(db.database, tenant, {});
  const [unsent, shown, stays] = [await file({ ownerKind: 'channel', ownerId: channel }), await file(), await file()];
  await say(channel, showing(shown));
  const id = newId();
  const coming = { id, ownerKind: 'channel' as const, ownerId: channel, file: `${id}.png` };
  await files.reserve(tenant, { ...coming, originalName: 'a', type: 'image/png', size: 10 }, 60_000);
  await db.database.inTenant(tenant, (scope) => scope.channels.delete(channel));
  expect(await Promise.all([unsent, shown, stays, coming].map(stateOf))).toEqual([
    ...['deleting', 'deleting', 'ready', 'deleting'],
  ]);
  expect(await files.publish(tenant, id, { size: 1, checksum: 'a' })).toBe(false);
  const [late] = await db.asSuperuser<{ due: boolean }>('select expires_at <= now() as due from media where id = $1', [
    id,
  ]);
  expect(late).toEqual({ due: false });
});

test('an agent takes its files along, and those it made', async () => {
  const agent = await makeAgent(db.database, tenant, 'Ada');
  const owned = [await file({ ownerId: agent }), await file({ ownerKind: 'generated', ownerId: agent })];
  const others = [await file(), await file({ ownerKind: 'channel', ownerId: agent })];
  await db.database.inTenant(tenant, (scope) => scope.agents.delete(agent));
  expect(await Promise.all([...owned, ...others].map(stateOf))).toEqual(['deleting', 'deleting', 'ready', 'ready']);
});

test('a server takes along the files of its channels', async () => {
  const [server, channel] = [newId(), newId()];
  await db.database.inTenant(tenant, async (scope) => {
    await scope.messageServers.insert({ id: server, name: 'S', sourceType: 'a', sourceId: null, metadata: null });
    await scope.channels.insert({ id: channel, messageServerId: server, name: 'C', type: 'GROUP', metadata: {} });
  });
  const owned = await file({ ownerKind: 'channel', ownerId: channel });
  await db.database.inTenant(tenant, (scope) => scope.messageServers.delete(server));
  expect(await stateOf(owned)).toBe('deleting');
});

test('a message keeps and lets go no file of another tenant, nor one elsewhere, however it names it', async () => {
  const other = await db.tenant();
  const channel = await makeChannel(db.database, tenant, {});
  const foreign = await file({}, other);
  const path = mediaPath(foreign);
  const odd = ['x', 7, null, { url: 7 }, { url: `https://example.org${path}` }, { url: `${path}/..` }, { url: null }];
  const message = await say(channel, { attachments: [...odd, { url: path }] });
  for (const attachments of [null, 'none', { url: path }, []]) await say(channel, { attachments });
  expect(await db.asSuperuser('select from media_uses where media_id = $1', [foreign.id])).toEqual([]);
  await remove(channel, message);
  expect(await stateOf(foreign)).toBe('ready');
});

test('a tenant that is deleted leaves a note, and nothing else', async () => {
  const other = await db.tenant();
  await file({}, other);
  await db.asSuperuser('delete from tenants where id = $1', [other]);
  expect(await db.asSuperuser('select from media where tenant_id = $1', [other])).toEqual([]);
  expect(await db.asSuperuser('select tenant_id from departed_tenants')).toEqual([{ tenant_id: other }]);
});
