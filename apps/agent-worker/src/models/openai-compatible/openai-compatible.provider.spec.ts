import { guardedFetch } from '@app/platform';
import { startOpenAiServer, type OpenAiServer } from '@app/testing';
import { inspect } from 'node:util';
import type { AgentSpec } from '../../turns/engine.js';
import type { ModelMessage, ModelPart } from '../model.js';
import { OpenAiCompatibleProvider } from './openai-compatible.provider.js';

const KEY = 'sk-very-secret-key';
const agent: AgentSpec = { id: 'a', version: 1, character: { name: 'Ada' }, secrets: {} };

describe('the OpenAI-compatible provider', () => {
  let server: OpenAiServer;

  beforeAll(async () => {
    server = await startOpenAiServer({ apiKey: KEY, reply: 'Good morning to you all.' });
  });
  afterAll(() => server.close());

  interface Asked {
    messages?: ModelMessage[];
    signal?: AbortSignal;
    url?: string;
    key?: string;
    idleTimeoutMs?: number;
  }

  async function ask(model: string, asked: Asked = {}) {
    const { url = server.url, key = KEY, idleTimeoutMs = 2_000 } = asked;
    const { signal = new AbortController().signal, messages = [{ role: 'user', content: 'Hi' }] } = asked;
    const table: Record<string, string> = { OPENAI_BASE_URL: url, OPENAI_API_KEY: key, OPENAI_LARGE_MODEL: model };
    const provider = new OpenAiCompatibleProvider({
      settings: (name) => table[name],
      idleTimeoutMs,
      guardedFetch: guardedFetch(),
    });
    const parts: ModelPart[] = [];
    let error: unknown;
    try {
      const request = { size: 'large' as const, system: 'Be kind.', messages, temperature: 0.5, maxTokens: 99, signal };
      for await (const part of provider.stream(agent, request)) parts.push(part);
    } catch (caught) {
      error = caught;
    }
    const texts = parts.flatMap((part) => (part.kind === 'text' ? [part.text] : []));
    return { parts, texts, text: texts.join(''), error };
  }

  test('streams the answer and its usage', async () => {
    const { text, texts, parts, error } = await ask('any');
    expect(error).toBeUndefined();
    expect(text).toBe('Good morning to you all.');
    expect(texts).toHaveLength(4);
    expect(parts.at(-1)).toEqual({ kind: 'usage', usage: { inputTokens: 3, outputTokens: 5 } });
  });

  test('hands on pictures that come with their bytes, and no others', async () => {
    const bytes = Buffer.from('a picture');
    const pictures = [`data:image/png;base64,${bytes.toString('base64')}`, 'https://example.org/a.png', 'data:,x'];
    const painter = await startOpenAiServer({ reply: '', pictures });
    try {
      const { parts, error } = await ask('any', { url: painter.url });
      expect(error).toBeUndefined();
      expect(parts.filter(({ kind }) => kind === 'file')).toEqual([
        { kind: 'file', file: { type: 'image/png', bytes } },
      ]);
    } finally {
      await painter.close();
    }
  });

  test('sends the request as chat servers like it', async () => {
    await ask('any', {
      messages: [
        { role: 'assistant', content: 'Welcome.' },
        { role: 'user', content: 'Hi', name: 'Ann' },
        { role: 'user', content: 'Hello', name: 'Bob' },
        { role: 'assistant', content: 'Hi both.' },
        { role: 'user', content: 'So?', name: 'Ann' },
      ],
    });
    expect(server.requests.at(-1)?.body).toMatchObject({
      model: 'any',
      stream: true,
      stream_options: { include_usage: true },
      temperature: 0.5,
      max_tokens: 99,
      messages: [
        { role: 'system', content: 'Be kind.' },
        { role: 'user', content: '(The conversation began earlier.)' },
        { role: 'assistant', content: 'Welcome.' },
        { role: 'user', content: 'Ann: Hi\nBob: Hello' },
        { role: 'assistant', content: 'Hi both.' },
        { role: 'user', content: 'Ann: So?' },
      ],
    });
  });

  test.each([
    ['error-400', 'caller'],
    ['error-401', 'caller'],
    ['error-403', 'caller'],
    ['error-404', 'caller'],
    ['error-408', 'world'],
    ['error-409', 'world'],
    ['error-429', 'world'],
    ['error-500', 'world'],
    ['error-503', 'world'],
    ['error-in-stream', 'world'],
    ['broken', 'world'],
    ['cut', 'world'],
    ['malformed', 'world'],
    ['empty', 'world'],
    ['filtered', 'caller'],
    ['endless', 'world'],
  ])('turns %s into a fault of the %s, asking once', async (model, kind) => {
    const before = server.requests.length;
    const { error } = await ask(model);
    expect(error).toMatchObject({ name: 'TurnFault', kind });
    expect(server.requests.length - before).toBe(1);
  });

  test('turns an unreachable server into a fault of the world', async () => {
    const gone = await startOpenAiServer();
    await gone.close();
    const { error } = await ask('any', { url: gone.url });
    expect(error).toMatchObject({ kind: 'world', message: expect.stringContaining('(ECONNREFUSED)') });
    expect(inspect(error)).not.toContain('127.0.0.1');
  });

  test('never shows a key, even when the server repeats it', async () => {
    const { error } = await ask('any', { key: 'sk-wrong-but-secret' });
    expect(error).toMatchObject({ kind: 'caller', message: expect.stringContaining('refused the key') });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('wrong-but-secret');
  });

  test.each(['hang', 'hang-in-stream'])('gives up on a server that is silent: %s', async (model) => {
    const started = performance.now();
    const { error } = await ask(model, { idleTimeoutMs: 200 });
    expect(error).toMatchObject({ kind: 'world', message: expect.stringContaining('silent') });
    expect(performance.now() - started).toBeLessThan(1_200);
    await until(() => server.requests.at(-1)?.abandoned === true);
  });

  test('waits for a slow server that keeps sending', async () => {
    expect(await ask('slow-120', { idleTimeoutMs: 300 })).toMatchObject({ text: 'Good morning to you all.' });
  });

  test.each(['hang', 'hang-in-stream', 'slow-2000'])('stops within a second when cancelled: %s', async (model) => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 100);
    const started = performance.now();
    const { error } = await ask(model, { signal: controller.signal, idleTimeoutMs: 10_000 });
    expect(error).toMatchObject({ kind: 'cancelled' });
    expect(performance.now() - started).toBeLessThan(1_100);
    await until(() => server.requests.at(-1)?.abandoned === true);
  });

  test('does not call at all when cancelled before', async () => {
    const before = server.requests.length;
    expect((await ask('any', { signal: AbortSignal.abort() })).error).toMatchObject({ kind: 'cancelled' });
    expect(server.requests.length).toBe(before);
  });
});

async function until(reached: () => boolean): Promise<void> {
  for (let tries = 0; tries < 100 && !reached(); tries++) await new Promise((go) => setTimeout(go, 10));
  expect(reached()).toBe(true);
}
