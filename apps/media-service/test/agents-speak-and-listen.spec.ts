import { ElizaClient } from '@elizaos/api-client';
import { DEFAULT_TENANT_ID, newId, type Uuid } from '@app/contracts';
import { agentSecretOwner, SecretBox } from '@app/platform';
import {
  makeAgent,
  makeChannel,
  setting,
  someMessage,
  soundOf,
  startOpenAiServer,
  type OpenAiServer,
} from '@app/testing';
import { MessagePath } from '@app/persistence';
import { formOf, TestMedia } from './test-media.js';

describe('agents speak and listen', () => {
  let server: OpenAiServer;
  let media: TestMedia;
  let agent: Uuid;
  const wav = { bytes: soundOf('a question', 'wav'), name: 'blob', type: 'audio/wav' };
  const path = (route: string, id = agent): string => `/api/audio/${id}/${route}`;
  const client = () => ElizaClient.create({ baseUrl: media.url });

  beforeAll(async () => {
    server = await startOpenAiServer({ apiKey: 'deployment-key', transcript: 'How are you?' });
    media = await TestMedia.start({ OPENAI_BASE_URL: server.url, OPENAI_API_KEY: 'deployment-key' });
    agent = await makeAgent(media.db.database, DEFAULT_TENANT_ID, 'Ada');
  });
  afterAll(async () => {
    await media.close();
    await server.close();
  });

  async function tell(settings: Record<string, string>, secrets: Record<string, string> = {}): Promise<Uuid> {
    const id = await makeAgent(media.db.database, DEFAULT_TENANT_ID, 'Bob');
    const box = new SecretBox(setting('TEST_ENCRYPTION_KEY'));
    await media.db.database.inTenant(DEFAULT_TENANT_ID, async (tenant) => {
      await tenant.agents.updateCharacter(id, { name: 'Bob', settings });
      const owner = (name: string) => agentSecretOwner(DEFAULT_TENANT_ID, id, name);
      const sealed = Object.entries(secrets).map(([name, text]) => ({ name, ...box.seal(text, owner(name)) }));
      await tenant.agentSecrets.put(id, sealed);
    });
    return id;
  }

  test('a recording is written down, whatever its sender calls it', async () => {
    const { status, body } = await media.upload(path('transcriptions'), { ...wav, type: 'application/x-unknown' });
    expect([status, body]).toEqual([200, { success: true, data: { text: 'How are you?' } }]);
    expect(server.requests.at(-1)?.form?.file).toMatchObject({
      name: 'audio.wav',
      type: 'audio/wav',
      bytes: wav.bytes,
    });
    const taken = await media.upload(path('audio-messages'), wav);
    expect(taken.body.data).toEqual({ transcription: 'How are you?', message: 'Audio message transcribed' });
  });

  test.each([
    ['mp3', soundOf('x'), 'audio/mpeg'],
    ['ogg', soundOf('x', 'opus'), 'audio/ogg'],
    ['wav', soundOf('x', 'wav'), 'audio/wav'],
    ['webm', Buffer.from('1a45dfa39f4286810142f7810142f2810442f381084282847765626d', 'hex'), 'audio/webm'],
  ])('%s is known by its bytes', async (_, bytes, type) => {
    expect((await media.upload(path('transcriptions'), { bytes, type: 'text/plain' })).status).toBe(200);
    expect(server.requests.at(-1)?.form?.file?.type).toBe(type);
  });

  test('JSON that cannot be worked with is refused, and nothing of it is told back', async () => {
    const headers = { 'content-type': 'application/json' };
    const say = (body: string) => media.send(path('speech/conversation'), { method: 'POST', headers, body });
    const deep = await say(`{"text":${'['.repeat(2_000)}${']'.repeat(2_000)}}`);
    expect([deep.status, deep.body.error.code]).toEqual([400, 'VALIDATION_ERROR']);
    const broken = await say('{"text":"my secret');
    expect([broken.status, broken.body.error.code]).toEqual([400, 'INVALID_JSON']);
    expect(String(broken.bytes)).not.toContain('secret');
  });

  test('the language may be told', async () => {
    const form = formOf(wav);
    form.append('language', 'de-DE');
    await media.send(path('transcriptions'), { method: 'POST', body: form });
    expect(server.requests.at(-1)?.form?.fields['language']).toBe('de');
  });

  test.each([
    ['no recording', { bytes: 'just a text', type: 'audio/wav' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['a page', { bytes: '<html><script>alert(1)</script></html>', type: 'audio/mpeg' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    [
      'a picture',
      { bytes: Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), type: 'audio/ogg' },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    ['another field', { ...wav, field: 'audio' }, 400, 'INVALID_REQUEST'],
    [
      'more than 50 MB',
      { bytes: Buffer.concat([wav.bytes, Buffer.alloc(50 * 1024 * 1024)]), type: 'audio/wav' },
      413,
      'FILE_TOO_LARGE',
    ],
  ])('%s is refused', async (_, file, _status, code) => {
    const { body } = await media.upload(path('transcriptions'), file);
    expect(body.error).toMatchObject({ code });
  });

  test('a text is said, and sent while it is made', async () => {
    const { status, headers, bytes } = await media.json('POST', path('speech/generate'), { text: 'Good day.' });
    expect([status, headers.get('content-type'), headers.get('transfer-encoding')]).toEqual([
      200,
      'audio/mpeg',
      'chunked',
    ]);
    expect(bytes).toEqual(soundOf('Good day.'));
    server.queue.push('hang-in-stream');
    const leaving = new AbortController();
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"text":"Good day."}' };
    const answer = await fetch(media.url + path('speech/generate'), { ...init, signal: leaving.signal });
    expect((await answer.body!.getReader().read()).value!.length).toBeGreaterThan(0);
    leaving.abort();
    for (let tries = 0; tries < 200 && !server.requests.at(-1)!.abandoned; tries++)
      await new Promise((go) => setTimeout(go, 10));
    expect(server.requests.at(-1)!.abandoned).toBe(true);
  });

  test('what is to be said is looked at', async () => {
    const refused = [
      {},
      { text: ' ' },
      { text: 'x', format: 'exe' },
      { text: 'x', speed: 99 },
      { text: 'x', voice: 7 },
    ];
    for (const body of refused) {
      expect((await media.json('POST', path('speech/generate'), body)).body.error?.code).toBe('VALIDATION_ERROR');
    }
    expect((await media.json('POST', path('speech/generate', 'no-id'), { text: 'x' })).body.error.code).toBe(
      'INVALID_ID',
    );
    expect((await media.json('POST', path('speech/generate', newId()), { text: 'x' })).body.error.code).toBe(
      'NOT_FOUND',
    );
  });

  test("ElizaOS's client hears text, messages and recordings", async () => {
    const generated = await client().audio.generateSpeech(agent, { text: 'Good day.', voice: 'echo' });
    expect(Buffer.from(generated.audio, 'base64')).toEqual(soundOf('Good day.'));
    expect(server.requests.at(-1)?.speech?.voice).toBe('echo');
    const { text } = await client().audio.transcribe(agent, { audio: wav.bytes });
    expect(text).toBe('How are you?');
    const channelId = await makeChannel(media.db.database, DEFAULT_TENANT_ID);
    const message = someMessage(channelId, { content: 'Said before.' });
    await new MessagePath(media.db.database, 8).accept(DEFAULT_TENANT_ID, message);
    const spoken = await client().audio.synthesizeAudioMessage(agent, { messageId: message.id, format: 'wav' });
    expect(spoken).toEqual({ audio: soundOf('Said before.', 'wav').toString('base64'), format: 'wav' });
    await expect(client().audio.synthesizeAudioMessage(agent, { messageId: newId() })).rejects.toThrow(
      'Message not found',
    );
  });

  test('an agent brings its own server, voice and key, and none that is inside', async () => {
    const own = { OPENAI_BASE_URL: server.url, OPENAI_TTS_VOICE: 'onyx' };
    const refused = await media.json('POST', path('speech/generate', await tell(own)), { text: 'x' });
    expect(refused.body.error).toMatchObject({ code: 'URL_NOT_ALLOWED' });
    const voice = await tell({ OPENAI_TTS_VOICE: 'onyx' }, { OPENAI_API_KEY: 'deployment-key' });
    await media.json('POST', path('speech/generate', voice), { text: 'x' });
    expect(server.requests.at(-1)?.speech?.voice).toBe('onyx');
    const wrong = await tell({}, { OPENAI_API_KEY: 'sk-wrong-but-secret' });
    const { body } = await media.json('POST', path('speech/generate', wrong), { text: 'x' });
    expect(body.error).toMatchObject({ code: 'UPSTREAM_FAILED', message: expect.stringContaining('key') });
    expect(JSON.stringify(body) + media.logs.join('')).not.toContain('wrong-but-secret');
  });

  test('what is no speech is not passed on', async () => {
    const troubled = await tell({ OPENAI_TTS_MODEL: 'malformed' });
    const { body } = await media.json('POST', path('speech/generate', troubled), { text: 'x' });
    expect(body.error).toMatchObject({ code: 'UPSTREAM_FAILED', message: expect.stringContaining('no speech') });
  });

  test('speech that breaks off ends the connection', async () => {
    const torn = await tell({ OPENAI_TTS_MODEL: 'broken' });
    await expect(media.json('POST', path('speech/generate', torn), { text: 'Good day.' })).rejects.toThrow();
  });
});

test('without a server and a program there is nothing to speak with', async () => {
  const media = await TestMedia.start({ ESPEAK_PROGRAM: '/nowhere/espeak-ng' });
  try {
    const agent = await makeAgent(media.db.database, DEFAULT_TENANT_ID, 'Ada');
    const speaking = await media.json('POST', `/api/audio/${agent}/speech/generate`, { text: 'x' });
    expect([speaking.status, speaking.body.error.code]).toEqual([501, 'AUDIO_NOT_AVAILABLE']);
    const form = { bytes: soundOf('x', 'wav'), type: 'audio/wav' };
    const listening = await media.upload(`/api/audio/${agent}/transcriptions`, form);
    expect([listening.status, listening.body.error.code]).toEqual([501, 'AUDIO_NOT_AVAILABLE']);
  } finally {
    await media.close();
  }
});
