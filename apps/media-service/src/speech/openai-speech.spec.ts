import { soundOf, startOpenAiServer, type OpenAiServer } from '@app/testing';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { inspect } from 'node:util';
import { OpenAiSpeaker } from './openai.speaker.js';
import { OpenAiTranscriber } from './openai.transcriber.js';
import type { SpeechServer } from './speech-settings.js';

const KEY = 'sk-very-secret-key';
const never = new AbortController().signal;

describe('a server of the OpenAI speech protocol', () => {
  let server: OpenAiServer;
  const at = (model = 'any', apiKey = KEY): SpeechServer => ({
    baseUrl: server.url,
    apiKey,
    ownServer: false,
    speechModel: model,
    voice: 'nova',
    transcriptionModel: model,
  });
  const speak = (text: string, model?: string, more = {}): Promise<Readable> =>
    new OpenAiSpeaker(at(model), fetch).speak({ text, ...more }, never);
  const transcribe = (model?: string, signal = never) =>
    new OpenAiTranscriber(at(model), fetch).transcribe(
      { audio: soundOf('x', 'wav'), type: 'audio/wav', language: 'de' },
      signal,
    );

  beforeAll(async () => {
    await import('ai'); // which takes its time to be compiled
    server = await startOpenAiServer({ apiKey: KEY, transcript: ' Guten Tag. ' });
  });
  afterAll(() => server.close());

  test('speaks in the voice and format asked for', async () => {
    expect(await buffer(await speak('Good day.'))).toEqual(soundOf('Good day.'));
    expect(server.requests.at(-1)?.speech).toEqual({
      model: 'any',
      input: 'Good day.',
      voice: 'nova',
      response_format: 'mp3',
    });
    await buffer(await speak('Good day.', 'any', { voice: 'echo', format: 'ogg', speed: 9 }));
    expect(server.requests.at(-1)?.speech).toMatchObject({ voice: 'echo', response_format: 'opus', speed: 4 });
  });

  test('is heard while it still speaks', async () => {
    const speech = await speak('Good day to you all.', 'hang-in-stream');
    for await (const piece of speech) {
      expect((piece as Buffer).length).toBeGreaterThan(0);
      break;
    }
    await until(() => server.requests.at(-1)?.abandoned === true);
  });

  test('says a long text in pieces, one after the other', async () => {
    const before = server.requests.length;
    const text = 'This is a sentence. '.repeat(500).trim();
    const sound = await buffer(await speak(text, 'any', { format: 'wav' }));
    const asked = server.requests.slice(before).map(({ speech }) => speech);
    expect(asked.map((one) => one?.input).join(' ')).toBe(text);
    expect(asked.every((one) => one!.input.length <= 4_096 && one!.response_format === 'mp3')).toBe(true);
    // Jest compares long buffers byte by byte.
    expect(sound.equals(Buffer.concat(asked.map((one) => soundOf(one!.input))))).toBe(true);
  });

  test('writes down what was said, through the AI SDK', async () => {
    expect(await transcribe()).toMatchObject({ text: 'Guten Tag.' });
    expect(server.requests.at(-1)?.form).toEqual({
      fields: { model: 'any', response_format: 'json', language: 'de' },
      file: { name: 'audio.wav', type: 'audio/wav', bytes: soundOf('x', 'wav') },
    });
  });

  test('may hear nothing, which is no fault', async () => {
    expect(await transcribe('empty')).toEqual({ text: '' });
  });

  test.each([
    ['error-400', 'INVALID_REQUEST'],
    ['error-401', 'UPSTREAM_FAILED'],
    ['error-404', 'UPSTREAM_FAILED'],
    ['error-413', 'INVALID_REQUEST'],
    ['error-429', 'UNAVAILABLE'],
    ['error-500', 'UPSTREAM_FAILED'],
    ['broken', 'UPSTREAM_FAILED'],
    ['malformed', 'UPSTREAM_FAILED'],
  ])('fails with a code, asked once: %s is %s', async (model, code) => {
    const before = server.requests.length;
    await expect(transcribe(model)).rejects.toMatchObject({ name: 'FleetError', code });
    if (model !== 'malformed') {
      const speaking = speak('Good day.', model).then((speech) => buffer(speech));
      await expect(speaking).rejects.toMatchObject({ name: 'FleetError', code });
    }
    expect(server.requests.length - before).toBe(model === 'malformed' ? 1 : 2);
  });

  test('stops when it is told to', async () => {
    const signal = AbortSignal.timeout(100);
    await expect(transcribe('hang', signal)).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    await until(() => server.requests.at(-1)?.abandoned === true);
  });

  test('never shows a key, even when the server repeats it', async () => {
    const wrong = new OpenAiTranscriber(at('any', 'sk-wrong-but-secret'), fetch);
    const failing = wrong.transcribe({ audio: soundOf('x', 'wav'), type: 'audio/wav' }, never);
    const error: unknown = await failing.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'UPSTREAM_FAILED', message: expect.stringContaining('key') });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('wrong-but-secret');
  });

  test('that is away is told by a code, without its address', async () => {
    const gone = await startOpenAiServer();
    await gone.close();
    const away = new OpenAiSpeaker({ ...at(), baseUrl: gone.url }, fetch).speak({ text: 'Hello' }, never);
    const error: unknown = await away.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ message: expect.stringContaining('(ECONNREFUSED)') });
    expect(inspect(error)).not.toContain('127.0.0.1');
  });
});

async function until(reached: () => boolean): Promise<void> {
  for (let tries = 0; tries < 100 && !reached(); tries++) await new Promise((go) => setTimeout(go, 10));
  expect(reached()).toBe(true);
}
