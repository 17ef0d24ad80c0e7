import { setTimeout as delay } from 'node:timers/promises';
import { DEFAULT_TENANT_ID, newId, type Uuid } from '@app/contracts';
import { allAnswered, Cluster, echo, FleetClient, makeAgent, makeChannel, storedRecord, turnsOf } from '@app/testing';

const MAX_AGENT_CHAIN = 3;

describe('agents in a group', () => {
  let cluster: Cluster;
  let person: FleetClient;
  let [ada, bob]: Uuid[] = [];

  beforeAll(async () => {
    cluster = await Cluster.start({ env: { MAX_AGENT_CHAIN: String(MAX_AGENT_CHAIN) } });
    [ada, bob] = [
      await makeAgent(cluster.database, DEFAULT_TENANT_ID, 'Ada'),
      await makeAgent(cluster.database, DEFAULT_TENANT_ID, 'Bob'),
    ];
    person = await FleetClient.connect(cluster.url(1));
  }, 60_000);

  afterAll(async () => {
    person?.close();
    await cluster?.close();
  });

  async function group(type = 'GROUP', participants: Uuid[] = [person.entityId, ada!, bob!]): Promise<Uuid> {
    const channel = await makeChannel(cluster.database, DEFAULT_TENANT_ID, { type, participants });
    await person.join(channel);
    return channel;
  }

  /** Who said what in a channel once nothing more is to be expected. */
  async function saidIn(channel: Uuid): Promise<[Uuid, string][]> {
    await allAnswered(cluster, [channel], 20_000);
    await delay(300);
    await allAnswered(cluster, [channel], 1_000);
    const { messages } = await storedRecord(cluster, [channel]);
    return messages.map(({ authorId, content }) => [authorId, content]);
  }

  it.each([
    ['nobody when nobody is spoken to', 'good morning, adamant bobsleigh', []],
    ['the one whose name is in it', 'good morning, Ada', ['ada']],
    ['the one whose name is in it, whatever its case', '@BOB: good morning', ['bob']],
    ['both when both are named', 'ada, bob, good morning', ['ada', 'bob']],
  ])('a message is answered by %s', async (_, text, names) => {
    const channel = await group();
    await person.send(channel, text);
    await allAnswered(cluster, [channel], 20_000);
    const agents = (await turnsOf(cluster, [channel])).map(({ agentId }) => agentId);
    const first = agents.slice(0, names.length).sort();
    expect(first).toEqual(names.map((name) => (name === 'ada' ? ada! : bob!)).sort());
    if (names.length < 2) expect(agents).toHaveLength(names.length);
  });

  it('an agent is not made to answer itself by its own name', async () => {
    const channel = await group();
    await person.send(channel, 'Ada, say your name');
    expect(await saidIn(channel)).toEqual([
      [person.entityId, 'Ada, say your name'],
      [ada, echo('Ada, say your name')],
    ]);
    const posing = await FleetClient.connect(cluster.url(2), { entityId: ada! });
    await posing.send(channel, 'I am Ada');
    expect((await saidIn(channel)).slice(2)).toEqual([[ada, 'I am Ada']]);
    posing.close();
  });

  it(`agents who name each other fall silent after ${MAX_AGENT_CHAIN} answers to each other`, async () => {
    const channel = await group();
    const text = 'Ada and Bob, talk to each other';
    await person.send(channel, text);
    const said = await saidIn(channel);
    // Both answer the person, and then each answers the other, as often as allowed.
    for (const agent of [ada, bob]) {
      expect(said.filter(([author]) => author === agent)).toHaveLength(1 + MAX_AGENT_CHAIN);
    }
    const longest = said.map(([, content]) => content).sort((a, b) => b.length - a.length)[0];
    expect(longest).toBe(echo(echo(echo(echo(text)))));
    const turns = await turnsOf(cluster, [channel]);
    expect(turns.map(({ state }) => state)).toEqual(Array(2 * (1 + MAX_AGENT_CHAIN)).fill('completed'));
  });

  it('in a direct channel all agents answer the person, and nobody answers the agents', async () => {
    const channel = await group('DM');
    await person.send(channel, 'good morning');
    const said = await saidIn(channel);
    expect(said).toHaveLength(3);
    expect(new Set(said.map(([author]) => author))).toEqual(new Set([person.entityId, ada, bob]));
  });

  it('an agent that is no participant hears nothing', async () => {
    const channel = await group('GROUP', [person.entityId, ada!]);
    await person.send(channel, 'Bob, are you here?');
    expect(await saidIn(channel)).toHaveLength(1);
  });

  it('an agent spoken to by its id answers without its name', async () => {
    const channel = await group();
    person.emitMessage(channel, 'good morning', { messageId: newId(), metadata: { targetAgentId: bob } });
    await person.broadcast('the answer', ({ channelId, senderId }) => channelId === channel && senderId === bob);
    expect(await saidIn(channel)).toHaveLength(2);
  });
});
