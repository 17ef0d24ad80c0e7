import { newId, type Uuid } from '@app/contracts';
import {
  aKey,
  aTenant,
  doorsOf,
  expressRoutes,
  inOrder,
  makeAgent,
  makeChannel,
  RouteTrials,
  rowsOfTenant,
  startOpenAiServer,
  TestIssuer,
  type Attacker,
  type OpenAiServer,
} from '@app/testing';
import { ATTEMPTS } from './matrix/attempts.js';
import { CANARY, derived, makeHousehold } from './matrix/household.js';
import { kindOf, nothing, type Ids } from './matrix/ids.js';
import { DOT, TestMedia } from './test-media.js';

let media: TestMedia;
let server: OpenAiServer;
let tenant: Uuid;
let issuer: TestIssuer;
let household: Ids;
let objects: string[];

beforeAll(async () => {
  server = await startOpenAiServer({ transcript: 'Said by nobody' });
  media = await TestMedia.start({
    OPENAI_AUDIO_BASE_URL: server.url,
    DERIVATION_INTERVAL_MS: '50',
    GATEWAY_URL: 'http://127.0.0.1:9',
  });
  tenant = await aTenant(media.db.database);
  issuer = await TestIssuer.shared(media.db.database, tenant, { entityClaim: 'entity', defaultScopes: ['*'] });
  household = await makeHousehold(media, tenant, tokenOf);
  objects = await media.inBucket();
});
afterAll(async () => {
  await media.close();
  await server.close();
});

const tokenOf = (entity: Uuid): Promise<string> => issuer.token(entity, { entity, tenant });

/** Another tenant's key, with an agent, a channel and a file of its own. */
async function otherTenant(foreign: Ids): Promise<Attacker<Ids>> {
  const own = await aTenant(media.db.database);
  const headers = { 'x-api-key': (await aKey(media.db.database, own)).key };
  const agent = await makeAgent(media.db.database, own, 'Own');
  return { headers, own: await ownIds(headers, { ...nothing(), tenant: own, agent }), foreign };
}

/** Another end user of the household's tenant, with a channel and a file of its own. */
async function otherUser(foreign: Ids): Promise<Attacker<Ids>> {
  const entity = newId();
  const headers = { authorization: `Bearer ${await tokenOf(entity)}` };
  const ids = { ...nothing(), tenant, agent: household.agent, entity };
  return { headers, own: await ownIds(headers, ids), foreign };
}

/** Nobody at all, who holds a link to a file that anybody may have. */
async function holderOfALink(foreign: Ids): Promise<Attacker<Ids>> {
  const { own } = await otherTenant(foreign);
  return { headers: { 'x-api-key': `efk_${newId()}` }, own, foreign };
}

async function ownIds(headers: Record<string, string>, ids: Ids): Promise<Ids> {
  const { agent, entity } = ids;
  const channel = await makeChannel(media.db.database, ids.tenant, { participants: [entity, agent] });
  const { body } = await media.upload(`/api/media/agents/${agent}/upload-media`, { bytes: DOT }, headers);
  const { url, filename } = body.data as { url: string; filename: string };
  const signature = new URL(url, media.url).searchParams.get('sig')!;
  return { ...ids, channel, agentFile: filename, signature };
}

const trials = new RouteTrials<Ids>(async (method, path, { body, headers }) => {
  const isForm = body instanceof FormData;
  const reply = await (isForm ? media.send(path, { method, body, headers }) : media.json(method, path, body, headers));
  return { ...reply, text: reply.bytes.toString() };
}, kindOf);

it('tries every door there is', () => {
  const doors = doorsOf(media.app);
  expect(Object.keys(ATTEMPTS).sort()).toEqual(doors.map(({ name }) => name));
  expect(doors.filter(({ rights }) => rights === undefined)).toEqual([]);
  expect(expressRoutes(media.app).filter((route) => !doors.some(({ name }) => name === route))).toEqual([]);
});

it('lets nobody in unasked but to files, which it looks at itself, and to health', () => {
  const open = doorsOf(media.app).filter(({ rights }) => rights === 'public');
  expect(open.map(({ name }) => name)).toEqual([
    'GET /api/media/derived',
    'GET /healthz',
    'GET /media/generated/:agentId/:file',
    'GET /media/uploads/agents/:agentId/:file',
    'GET /media/uploads/channels/:channelId/:file',
    'GET /readyz',
    // Lets in who has a pass: test/agents-files-wait-for-replies.spec.ts.
    'POST /internal/generated',
  ]);
});

it('attacks a tenant that has files of every kind, which who uploaded them can see', async () => {
  const rows = await rowsOfTenant(media.db, tenant);
  expect([rows.get('media')!.length, rows.get('media_derivations')!.length]).toEqual([4, 3]);
  expect(rows.get('uploads')).toHaveLength(1);
  const paths = inOrder({ all: ATTEMPTS['GET /api/media/derived']! }).map(([, { query }]) =>
    query!(household, household),
  );
  for (const { path } of paths.filter(({ sig }) => sig === undefined)) {
    const shown = await media.json('GET', path!, undefined, {
      authorization: `Bearer ${await tokenOf(household.entity)}`,
    });
    expect([path, shown.status]).toEqual([path, path!.includes('/generated/') ? 404 : 200]);
  }
});

describe.each([
  ['another tenant’s key', otherTenant, () => nothing()],
  // The agents of a tenant are there for all its users.
  ['another end user', otherUser, () => ({ ...nothing(), agent: household.agent })],
  ['whoever has nothing but a link', holderOfALink, () => nothing()],
] as const)('to %s, what is there is as what is not', (_, attackerOf, nothingFor) => {
  let knowing: Attacker<Ids>;
  let guessing: Attacker<Ids>;
  let start: Map<string, string[]>;

  // Two who do the same all along, one with ids of the household, one with ids of nothing: so both meet the same traces
  // of what they did before.
  beforeAll(async () => {
    knowing = await attackerOf(household);
    guessing = await attackerOf(nothingFor());
    await derived(media, tenant);
    start = await rowsOfTenant(media.db, tenant);
  });

  it.each(inOrder(ATTEMPTS).map(([door, { kind }], place) => [door, kind, place] as const))(
    'at %s (%s, %i)',
    async (door, _kind, place) => {
      const [, attempt] = inOrder(ATTEMPTS)[place]!;
      const found = await trials.at(door, attempt, knowing);
      expect(found).toEqual(await trials.at(door, attempt, guessing));
      expect(found.join()).not.toContain(CANARY);
    },
  );

  it('and all of it stays as it was', async () => {
    const rows = await rowsOfTenant(media.db, tenant);
    for (const [table, kept] of start) {
      // What the attacker uploads in the same tenant counts, and something is made of it.
      if (['media_derivations', 'media_storage'].includes(table)) continue;
      expect([table, kept.filter((row) => !rows.get(table)!.includes(row))]).toEqual([table, []]);
    }
    const added = rows.get('media')!.filter((row) => !start.get('media')!.includes(row));
    expect(added.filter((row) => row.includes(household.channel))).toEqual([]);
    expect(await media.inBucket()).toEqual(expect.arrayContaining(objects));
  });
});
