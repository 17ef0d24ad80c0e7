import { startOpenAiServer, type OpenAiServer } from './openai-server.js';

describe('the OpenAI-compatible test server', () => {
  let server: OpenAiServer;

  beforeEach(async () => {
    server = await startOpenAiServer({ reply: 'Good morning to you all.' });
  });
  afterEach(() => server.close());

  const chat = (body: object, headers: Record<string, string> = {}) =>
    fetch(`${server.url}/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ model: 'any', messages: [{ role: 'user', content: 'hi there' }], ...body }),
    });

  const events = (text: string) =>
    text
      .split('\n\n')
      .filter((event) => event.startsWith('data: {'))
      .map((event) => JSON.parse(event.slice(6)) as { choices: { delta?: { content?: string } }[]; usage?: object });

  test('answers whole', async () => {
    const answer: unknown = await (await chat({})).json();
    expect(answer).toMatchObject({
      choices: [{ message: { role: 'assistant', content: 'Good morning to you all.' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 2, completion_tokens: 5, total_tokens: 7 },
    });
  });

  test('answers in chunks, with usage when asked for it', async () => {
    const text = await (await chat({ stream: true, stream_options: { include_usage: true } })).text();
    const read = events(text);
    expect(read.map(({ choices }) => choices[0]?.delta?.content ?? '').join('')).toBe('Good morning to you all.');
    expect(read.at(-1)?.usage).toMatchObject({ total_tokens: 7 });
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
    expect(events(await (await chat({ stream: true })).text()).some(({ usage }) => usage)).toBe(false);
  });

  test('takes its behaviour from the queue, then the header, then the model', async () => {
    server.queue.push('error-500');
    const statuses = [];
    for (let time = 0; time < 2; time++) {
      statuses.push((await chat({ model: 'error-404' }, { 'x-behaviour': 'error-429' })).status);
    }
    statuses.push((await chat({ model: 'error-404' })).status);
    expect(statuses).toEqual([500, 429, 404]);
  });

  test('breaks streams in the ways it promises', async () => {
    expect(await (await chat({ model: 'error-in-stream', stream: true })).text()).toContain('fell over');
    expect(await (await chat({ model: 'cut', stream: true })).text()).not.toContain('finish_reason":"stop');
    expect(await (await chat({ model: 'malformed', stream: true })).text()).toContain('data: {"choices": [\n');
    await expect((await chat({ model: 'broken', stream: true })).text()).rejects.toThrow();
  });

  test('lists its models and refuses others, wrong keys, paths and bodies', async () => {
    const strict = await startOpenAiServer({ apiKey: 'right', models: ['one'] });
    const post = (body: string, key: string) =>
      fetch(`${strict.url}/chat/completions`, { method: 'POST', headers: { authorization: `Bearer ${key}` }, body });
    expect((await post('{}', 'wrong')).status).toBe(401);
    expect((await post('no json', 'right')).status).toBe(400);
    expect((await post('{"model":"two","messages":[]}', 'right')).status).toBe(404);
    const models = await fetch(`${strict.url}/models`, { headers: { authorization: 'Bearer right' } });
    expect(await models.json()).toMatchObject({ data: [{ id: 'one' }] });
    await strict.close();
  });

  test('records requests and sees when a client goes away', async () => {
    const controller = new AbortController();
    const request = fetch(`${server.url}/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({ model: 'hang', messages: [] }),
      signal: controller.signal,
    });
    setTimeout(() => controller.abort(), 50);
    await expect(request).rejects.toThrow();
    for (let tries = 0; tries < 50 && !server.requests[0]?.abandoned; tries++)
      await new Promise((go) => setTimeout(go, 10));
    expect(server.requests).toMatchObject([{ method: 'POST', path: '/v1/chat/completions', abandoned: true }]);
  });
});
