import { DEFAULT_MESSAGE_SERVER_ID, newId, type Uuid } from '@app/contracts';
import { aKey, aTenant, doorsOf, inOrder, rowsOfTenant, TestIssuer } from '@app/testing';
import { routeTrials, tryEvent, type Attacker } from './matrix/attacker.js';
import { ATTEMPTS, SOCKET_ATTEMPTS } from './matrix/attempts.js';
import { CANARY, makeHousehold } from './matrix/household.js';
import { nothing, type Ids } from './matrix/ids.js';
import { TestGateway, type Listener } from './support.js';

/** Tables that a tenant without any of these is whole. A new one needs a reason here, or a row in the household. */
const EMPTY = [
  // Made by workers and by those who run the installation.
  ...['memory_watermarks', 'tenant_hosts', 'usage_marks', 'usage_months'],
  // Made by media-services of files that are there.
  'media_derivations',
];

let gateway: TestGateway;
let tenant: Uuid;
let key: string;
let issuer: TestIssuer;
let household: Ids;
let before: Map<string, string[]>;

beforeAll(async () => {
  gateway = await TestGateway.start({ RATE_LIMITS: 'off' });
  tenant = await aTenant(gateway.db.database);
  key = (await aKey(gateway.db.database, tenant)).key;
  issuer = await TestIssuer.shared(gateway.db.database, tenant, { entityClaim: 'entity', defaultScopes: ['*'] });
  household = await makeHousehold(gateway, { tenantId: tenant, key });
  before = await rowsOfTenant(gateway.db, tenant);
});
afterAll(() => gateway.close());

/** Another tenant's key, with an agent and a channel of its own. */
async function otherTenant(foreign: Ids): Promise<Attacker> {
  const tenantId = await aTenant(gateway.db.database);
  const apiKey = (await aKey(gateway.db.database, tenantId)).key;
  const headers = { 'x-api-key': apiKey };
  const made = await gateway.call('POST', '/api/agents', { agent: { name: 'Own' } }, headers);
  const agent = made.body.data.id as Uuid;
  await gateway.call('POST', `/api/agents/${agent}/start`, {}, headers);
  return { headers, auth: { apiKey }, own: await ownIds(headers, agent), foreign };
}

/** Another end user of the household's tenant, with a channel of its own. */
async function otherUser(foreign: Ids): Promise<Attacker> {
  const entity = newId();
  const token = await issuer.token(entity, { entity, tenant });
  const headers = { authorization: `Bearer ${token}` };
  return { headers, auth: { token }, own: await ownIds(headers, household.agent, entity), foreign };
}

async function ownIds(headers: Record<string, string>, agent: Uuid, entity = newId()): Promise<Ids> {
  const body = {
    name: 'Own',
    message_server_id: DEFAULT_MESSAGE_SERVER_ID,
    participantCentralUserIds: [entity, agent],
  };
  const made = await gateway.call('POST', '/api/messaging/channels', body, headers);
  return { ...nothing(), agent, entity, channel: made.body.data.id as Uuid, server: DEFAULT_MESSAGE_SERVER_ID };
}

async function socketOf({ own, auth }: Attacker): Promise<Listener> {
  return gateway.connect(own.entity, auth);
}

it('tries every door there is', () => {
  const doors = doorsOf(gateway.application).map(({ name }) => name);
  expect([...Object.keys(ATTEMPTS), ...Object.keys(SOCKET_ATTEMPTS)].sort()).toEqual(doors.sort());
});

it('attacks a tenant that has everything', () => {
  const empty = [...before].filter(([, rows]) => rows.length === 0).map(([table]) => table);
  expect(empty.sort()).toEqual(EMPTY.sort());
});

describe.each([
  ['another tenant’s key', otherTenant, () => nothing()],
  // The agents of a tenant are there for all its users.
  ['another end user', otherUser, () => ({ ...nothing(), agent: household.agent })],
] as const)('to %s, what is there is as what is not', (_, attackerOf, nothingFor) => {
  let knowing: Attacker;
  let guessing: Attacker;
  let start: Map<string, string[]>;

  // Two who do the same all along, one with ids of the household, one with ids of nothing: so both meet the same traces
  // of what they did before.
  beforeAll(async () => {
    start = await rowsOfTenant(gateway.db, tenant);
    knowing = await attackerOf(household);
    guessing = await attackerOf(nothingFor());
  });

  it.each(inOrder(ATTEMPTS).map(([door, attempt], place) => [door, attempt.kind, place] as const))(
    'at %s (%s, %i)',
    async (door, _kind, place) => {
      const [, attempt] = inOrder(ATTEMPTS)[place]!;
      const trials = routeTrials(gateway);
      const found = await trials.at(door, attempt, knowing);
      expect(found).toEqual(await trials.at(door, attempt, guessing));
      expect(found.join()).not.toContain(CANARY);
    },
  );

  it('at no event of a socket', async () => {
    const [socket, blind] = [await socketOf(knowing), await socketOf(guessing)];
    for (const [door, attempt] of inOrder(SOCKET_ATTEMPTS)) {
      const [found, missed] = await Promise.all([
        tryEvent(socket, door, { attempt, attacker: knowing }),
        tryEvent(blind, door, { attempt, attacker: guessing }),
      ]);
      expect([door, found]).toEqual([door, missed]);
    }
  });

  it('and it stays as it was', async () => {
    const rows = await rowsOfTenant(gateway.db, tenant);
    for (const [table, kept] of start) {
      const now = rows.get(table)!;
      expect([table, kept.filter((row) => !now.includes(row))]).toEqual([table, []]);
      const { channel, session, job, server } = household;
      const added = now.filter((row) => !kept.includes(row));
      const about = added.filter((row) => [channel, session, job, server].some((id) => row.includes(id)));
      // What a user of the tenant was kept from is to be found in its log.
      if (table !== 'audit_log') expect([table, about]).toEqual([table, []]);
      if (table !== 'tenant_shares' && knowing.auth['apiKey']) expect([table, added]).toEqual([table, []]);
    }
  });

  it('and what is said there is not heard', async () => {
    const socket = await socketOf(knowing);
    // Under the same id there may be a channel of the attacker's own tenant: that one it joins.
    socket.socket.emit('1', { channelId: household.channel, messageServerId: DEFAULT_MESSAGE_SERVER_ID });
    const owner = await gateway.connect(household.entity, { apiKey: key });
    await owner.join(household.channel);
    const said = { content: `${CANARY} out loud`, author_id: household.entity };
    const path = `/api/messaging/channels/${household.channel}/messages`;
    await gateway.call('POST', path, said, { 'x-api-key': key });
    await owner.next('messageBroadcast', ({ text }) => text === said.content);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(JSON.stringify(socket.heard)).not.toContain(CANARY);
  });
});
