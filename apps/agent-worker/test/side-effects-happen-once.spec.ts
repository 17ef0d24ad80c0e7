import { newId } from '@app/contracts';
import { MessagePath, TurnPath, type ClaimedTurn } from '@app/persistence';
import { createLogger, SecretBox } from '@app/platform';
import { makeAgent, makeChannel, setting, someMessage, testDatabase, type TestDatabase } from '@app/testing';
import { headlessPublisher, RedisConnections } from '@app/transport';
import { createModels } from '../src/models/models.js';
import { TurnFault, type AgentEngine, type TurnHost, type TurnInput, type TurnOutcome } from '../src/turns/engine.js';
import { ReplyStream } from '../src/turns/reply-stream.js';
import { turnInput } from '../src/turns/turn-input.js';
import { TurnRunner } from '../src/turns/turn-runner.js';

let db: TestDatabase;
let claimed: ClaimedTurn;
let redis: RedisConnections;

beforeEach(async () => {
  redis = new RedisConnections({ url: setting('TEST_REDIS_URL'), prefix: newId() }, createLogger('test', 'fatal'));
  db = await testDatabase();
  const tenant = await db.tenant();
  const agent = await makeAgent(db.database, tenant, 'Clerk');
  const channelId = await makeChannel(db.database, tenant, { participants: [agent] });
  const accepted = await new MessagePath(db.database, 8).accept(tenant, someMessage(channelId));
  if (accepted.outcome !== 'accepted') throw new Error(accepted.outcome);
  const config = { worker: 'w', leaseMs: 30_000, history: 10, maxDepth: 0, defaultShare: 8 };
  claimed = (await new TurnPath(db.database, config).claim(tenant, accepted.releases[0]!.turnId))!;
});
afterEach(async () => {
  redis.close();
  await db.close();
});

/** An engine that does one thing to the world. */
function engineThat(act: (host: TurnHost, input: TurnInput) => Promise<string>): AgentEngine {
  return {
    name: 'native',
    inspect: ({ character }) =>
      character.plugins?.includes('unknown') ? [{ code: 'UNKNOWN_PLUGIN', message: 'No such plugin' }] : [],
    run: async (input, host): Promise<TurnOutcome> => {
      const text = await act(host, input);
      return { status: 'answered', replies: [{ ordinal: 0, text }], usage: { inputTokens: 0, outputTokens: 0 } };
    },
    forget: () => undefined,
    close: () => Promise.resolve(),
  };
}

/** Runs the claimed turn once; nobody listens to its pieces. */
async function attempt(engine: AgentEngine): Promise<string | undefined> {
  const runner = new TurnRunner(engine, createModels({ MODEL_PROVIDER: 'scripted' }), db.database);
  const input = turnInput(claimed, new SecretBox(setting('TEST_ENCRYPTION_KEY')));
  const rooms = headlessPublisher(redis, () => undefined);
  const stream = new ReplyStream(rooms, { ...claimed, channelId: claimed.channel.id, agentId: claimed.agent.id }, 0);
  const means = { signal: new AbortController().signal, stream, usage: { inputTokens: 0, outputTokens: 0 }, uses: [] };
  return (await runner.run(input, means)).replies[0]?.text;
}

it('does a side effect in the first attempt and replays its result in the next', async () => {
  let done = 0;
  const engine = engineThat(async (host) => {
    const { ticket } = await host.once('0:book', () => Promise.resolve({ ticket: `T${++done}` }));
    return ticket;
  });
  expect(await attempt(engine)).toBe('T1');
  expect(await attempt(engine)).toBe('T1');
  expect(done).toBe(1);
});

it('does not repeat a side effect of which nobody knows whether it happened', async () => {
  let begun = 0;
  const engine = engineThat(async (host) => {
    await host.once('0:book', () => {
      begun++;
      return Promise.reject(new Error('The line went dead'));
    });
    return 'never';
  });
  await expect(attempt(engine)).rejects.toThrow('The line went dead');
  await expect(attempt(engine)).rejects.toThrow(TurnFault);
  expect(begun).toBe(1);
});

it('keeps effects of different names apart', async () => {
  const engine = engineThat(async (host) => {
    const first = await host.once('0:book', () => Promise.resolve({ n: 1 }));
    const second = await host.once('1:book', () => Promise.resolve({ n: 2 }));
    return `${first.n}${second.n}`;
  });
  expect(await attempt(engine)).toBe('12');
});

it('refuses an agent that its engine cannot run, and says why', async () => {
  claimed.agent.character.plugins = ['unknown'];
  await expect(attempt(engineThat(() => Promise.resolve('never')))).rejects.toThrow('No such plugin');
});
