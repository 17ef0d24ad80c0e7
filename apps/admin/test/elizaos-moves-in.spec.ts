import { newId, ownId, type Uuid } from '@app/contracts';
import { agentSecretOwner, SecretBox } from '@app/platform';
import { elizaosInstallation, setting, testDatabase, type ElizaosInstallation, type TestDatabase } from '@app/testing';
import { admin, everythingOf, type Called } from './support.js';

let db: TestDatabase;
let eliza: ElizaosInstallation;
let tenant: Uuid;
let first: Called;

beforeAll(async () => {
  [db, eliza] = await Promise.all([testDatabase(), elizaosInstallation()]);
  tenant = await db.tenant();
  first = await moveIn();
});
afterAll(() => Promise.all([db.close(), eliza.close()]));

function moveIn(...more: string[]): Promise<Called> {
  return admin(db, ['import-elizaos', eliza.url, '--tenant', tenant, ...more]);
}

async function rowsOf<R>(query: string): Promise<R[]> {
  return db.asSuperuser<R>(query, [tenant]);
}

it('brings everything over, and says how much that is', () => {
  expect(first).toMatchObject({ code: 0, complained: '' });
  expect(first.said).toMatch(/^agents +3 +3 +3 +0$/m);
  expect(first.said).toMatch(/^messages +36 +36 +36 +0$/m);
  expect(first.said).toMatch(/^memories +14 +3 +3 +11$/m);
  expect(first.said).toContain('All counts agree.');
  expect(first.said).not.toContain(new URL(eliza.url).password);
});

it('writes nothing in a dry run, and says the same', async () => {
  const empty = await db.tenant();
  const before = await everythingOf(db, empty);
  const { code, said } = await admin(db, ['import-elizaos', eliza.url, '--tenant', empty, '--dry-run']);
  expect(code).toBe(0);
  expect(said).toMatch(/^messages +36 +0 +36 +0$/m);
  expect(said).toContain('Nothing was written');
  expect(await everythingOf(db, empty)).toEqual(before);
});

it('changes nothing when it is run again, and says so', async () => {
  const before = await everythingOf(db, tenant);
  const { code, said } = await moveIn();
  expect({ code, changed: said.includes('Nothing was changed') }).toEqual({ code: 0, changed: true });
  expect(await everythingOf(db, tenant)).toEqual(before);
});

it('numbers the messages of each channel without a gap, in the order they were sent', async () => {
  const theirs = await eliza.query<{ id: Uuid; channel_id: Uuid }>(
    'select id, channel_id from central_messages order by channel_id, created_at, id',
  );
  const ours = await rowsOf<{ id: Uuid; channel_id: Uuid; place: number }>(
    `select m.id, m.channel_id, e.seq::int as place from messages m
       join channel_events e on e.tenant_id = m.tenant_id and e.channel_id = m.channel_id and e.message_id = m.id
        and e.seq = m.seq and e.at = m.created_at and e.kind = 'message'
      where m.tenant_id = $1 order by m.channel_id, m.created_at`,
  );
  expect(ours.map(({ id }) => id)).toEqual(theirs.map(({ id }) => id));
  const places = new Map<Uuid, number>();
  for (const { channel_id, place } of ours) {
    expect(place).toBe((places.get(channel_id) ?? 0) + 1);
    places.set(channel_id, place);
  }
  const heads = await rowsOf<{ channel_id: Uuid; last_seq: number }>(
    'select channel_id, last_seq::int from channel_heads where tenant_id = $1 and last_seq > 0',
  );
  expect(new Map(heads.map(({ channel_id, last_seq }) => [channel_id, last_seq]))).toEqual(places);
});

it('keeps what was said, by whom, when and in reply to what', async () => {
  const theirs = await eliza.query<Record<string, unknown>>(
    `select id::uuid, content, author_id::uuid, in_reply_to_root_message_id::uuid as in_reply_to, source_type, source_id,
            raw_message, coalesce(metadata, '{}') as metadata, created_at at time zone 'UTC' as created_at
       from central_messages order by id`,
  );
  const ours = await rowsOf<Record<string, unknown>>(
    `select id, content, author_id, in_reply_to, source_type, source_id, raw_message, metadata, created_at
       from messages where tenant_id = $1 order by id`,
  );
  expect(ours).toEqual(theirs);
  const named = await rowsOf<{ author_name: string }>(
    'select distinct author_name from messages where tenant_id = $1 and author_name is not null order by 1',
  );
  expect(named.map(({ author_name }) => author_name)).toEqual(['Ada', 'Alice', 'Bert']);
});

it('keeps who takes part in a channel, in their order', async () => {
  const { group, ada, bert, alice } = eliza.ids;
  const members = await db.database.inTenant(tenant, (scope) => scope.participants.list(group!));
  expect(members).toEqual([alice, ada, bert]);
});

it('sets no agent to work on what was said before, and counts none of it as use', async () => {
  expect(await rowsOf('select id from turns where tenant_id = $1')).toEqual([]);
  expect(await rowsOf('select kind from usage_ledger where tenant_id = $1')).toEqual([]);
});

it("seals agents' secrets with the key of this installation, and leaves out what is the server's own", async () => {
  const sealed = await rowsOf<{ agent_id: Uuid; name: string; key_id: string; ciphertext: Buffer }>(
    'select agent_id, name, key_id, ciphertext from agent_secrets where tenant_id = $1 order by name',
  );
  const box = new SecretBox(setting('TEST_ENCRYPTION_KEY'));
  const opened = sealed.map(({ agent_id, name, key_id, ciphertext }) => [
    name,
    box.open({ keyId: key_id, ciphertext }, agentSecretOwner(tenant, agent_id, name)),
  ]);
  expect(opened).toEqual([
    ['OPENAI_API_KEY', 'sk-recorded-ada'],
    ['SOME_KEY', 'recorded-cora'],
    ['WEATHER_KEY', 'w:1:2'],
  ]);
  const characters = await rowsOf<{ character: unknown }>('select character from agents where tenant_id = $1');
  expect(JSON.stringify(characters)).not.toContain('secrets');
  expect(first.said).toContain('PATH');
});

it('remembers messages as they are in their channels, but for what was changed or forgotten', async () => {
  const { ada, direct, forgottenReply, deletedMessage } = eliza.ids;
  const page = { limit: 50, channelId: direct };
  const remembered = await db.database.inTenant(tenant, (scope) => scope.recollections.page(ada!, page));
  const ids = remembered.map(({ id }) => id);
  expect(ids).not.toContain(forgottenReply);
  expect(ids).not.toContain(deletedMessage);
  const changed = remembered.find(({ text }) => text === 'Hello Ada');
  expect(changed!.ownContent).toMatchObject({ text: 'Hello, Ada said I' });
  const copies = await rowsOf(`select id from memories where tenant_id = $1 and type = 'messages'`);
  expect(copies).toEqual([]);
});

it('keeps facts, documents, worlds and rooms that somebody made', async () => {
  const { ada, den, document } = eliza.ids;
  await db.database.inTenant(tenant, async (scope) => {
    const [kept] = await scope.memories.page(ada!, { type: 'documents', limit: 10 });
    expect(kept).toMatchObject({ id: document, roomId: den, content: { text: 'A long text on engines.' } });
    expect(await scope.memories.page(ada!, { type: 'facts', limit: 10 })).toHaveLength(1);
    expect(await scope.rooms.find(ada!, den!)).toMatchObject({ name: 'Den' });
    const worlds = await scope.worlds.list(100);
    expect(worlds.map(({ name }) => name)).toContain('Workshop');
    // What stands for a message server is derived here as it was there.
    expect(worlds.map(({ id }) => id)).not.toContain(ownId(ada!, '00000000-0000-0000-0000-000000000000'));
  });
});

it('moves into another tenant all the same', async () => {
  const other = await db.tenant();
  expect(await admin(db, ['import-elizaos', eliza.url, '--tenant', other])).toMatchObject({ code: 0 });
  const [count] = await db.asSuperuser<{ count: number }>(
    'select count(*)::int as count from messages where tenant_id = $1',
    [other],
  );
  expect(count).toEqual({ count: 36 });
});

it('lets agents stand still when it is told to', async () => {
  const other = await db.tenant();
  await admin(db, ['import-elizaos', eliza.url, '--tenant', other, '--stopped', '--without-secrets']);
  await db.database.inTenant(other, async (scope) => {
    expect(await scope.agents.countEnabled()).toBe(0);
    expect(await scope.agentSecrets.names(eliza.ids['ada']!)).toEqual([]);
  });
});

it.each([
  ['there is no such tenant', () => ['--tenant', newId()], /^There is no tenant "[0-9a-f-]+"\.$/],
  ['the tenant is named by nothing', () => ['--tenant', 'nobody'], /^There is no tenant "nobody"\.$/],
])('does nothing when %s', async (_, args, fault) => {
  const { code, complained } = await admin(db, ['import-elizaos', eliza.url, ...args()]);
  expect(code).toBe(1);
  expect(complained).toMatch(fault);
});

it.each([
  ['a database that is none of ElizaOS', () => db.adminUrl, /has no table .*central_messages/],
  [
    'a server that is not there',
    () => 'postgres://somebody:secret@127.0.0.1:1/none',
    /cannot be opened: .*ECONNREFUSED/,
  ],
  ['a folder that is none of PGlite', () => '/nowhere/at/all', /is no PGlite folder/],
])('says in a sentence that the source is %s', async (_, source, fault) => {
  const { code, complained } = await admin(db, ['import-elizaos', source(), '--tenant', tenant]);
  expect(code).toBe(1);
  expect(complained).toMatch(fault);
  expect(complained).not.toContain('secret');
  expect(complained.split('\n')).toHaveLength(1);
});
