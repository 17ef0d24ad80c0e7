import type { AgentSpec } from '../turns/engine.js';
import { ScriptedProvider, type ScriptedOptions } from './scripted.provider.js';

const agent: AgentSpec = { id: 'a', version: 1, character: { name: 'Echo' }, secrets: {} };
const defaults: ScriptedOptions = { latencyMs: 0, chunks: 4, tokensPerSecond: 0, failureRate: 0, seed: '1' };

interface Asked extends Partial<ScriptedOptions> {
  attempt?: number;
  signal?: AbortSignal;
}

/** The chunks of an answer, and the error that ended it. */
async function ask(content: string, { attempt, signal, ...options }: Asked = {}) {
  const provider = new ScriptedProvider({ ...defaults, ...options });
  const messages = [{ role: 'user' as const, content }];
  const chunks: string[] = [];
  let tokens = 0;
  try {
    const request = {
      size: 'large' as const,
      system: '',
      messages,
      attempt,
      signal: signal ?? new AbortController().signal,
    };
    for await (const part of provider.stream(agent, request)) {
      if (part.kind === 'text') chunks.push(part.text);
      if (part.kind === 'usage') tokens += part.usage.inputTokens + part.usage.outputTokens;
    }
    return { chunks, tokens };
  } catch (error) {
    return { chunks, error };
  }
}

describe('the scripted provider', () => {
  test('echoes the last message in the given number of chunks', async () => {
    expect(await ask('Good day')).toEqual({ chunks: ['echo', ': G', 'ood ', 'day'], tokens: 5 });
    expect((await ask('Good day', { chunks: 1 })).chunks).toEqual(['echo: Good day']);
    expect((await ask('🙂🙂🙂', { chunks: 20 })).chunks).toEqual([...'echo: 🙂🙂🙂']);
  });

  test('obeys directives in the message', async () => {
    expect((await ask('hi #chunks=2')).chunks).toEqual(['echo: hi ', '#chunks=2']);
    expect((await ask('hi #reply=One\ntwo #chunks=9')).chunks.join('')).toBe('One\ntwo #chunks=9');
    expect((await ask('#silent')).chunks).toEqual([]);
    expect((await ask('no#silent #unknown #chunks=x')).chunks).toHaveLength(4);
  });

  test.each(['world', 'caller'])('fails as told: %s', async (kind) => {
    expect(await ask(`hi #fail=${kind}`)).toMatchObject({ chunks: [], error: { name: 'TurnFault', kind } });
    expect((await ask(`hi #fail=${kind} #after=2`)).chunks).toHaveLength(2);
    expect((await ask(`hi #fail=${kind}:2`, { attempt: 2 })).error).toBeDefined();
    expect((await ask(`hi #fail=${kind}:2`, { attempt: 3 })).error).toBeUndefined();
  });

  test('fails with something that is no fault for a bug', async () => {
    expect(await ask('#fail=bug')).toMatchObject({ error: { name: 'Error' } });
  });

  test('takes its time', async () => {
    const started = performance.now();
    await ask('one two three #latency=100 #tps=100');
    expect(performance.now() - started).toBeGreaterThan(140);
  });

  test('hangs until it is cancelled', async () => {
    const signal = AbortSignal.timeout(50);
    expect(await ask('#hang #after=1', { signal })).toMatchObject({
      chunks: [expect.any(String)],
      error: { kind: 'cancelled' },
    });
  });

  test('fails by seed at the given rate, again the same way, and differently at the next attempt', async () => {
    const run = async (attempt: number) => {
      const texts = Array.from({ length: 300 }, (_, index) => `message ${index}`);
      return Promise.all(
        texts.map(async (text) => (await ask(text, { failureRate: 0.2, attempt })).error !== undefined),
      );
    };
    const [first, again, second] = await Promise.all([run(1), run(1), run(2)]);
    expect(again).toEqual(first);
    expect(second).not.toEqual(first);
    const failed = first.filter(Boolean).length;
    expect(failed).toBeGreaterThan(35);
    expect(failed).toBeLessThan(90);
  });
});
