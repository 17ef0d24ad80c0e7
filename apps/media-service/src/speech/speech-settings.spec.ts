import { chosenProvider, settingsOf, speechServer as serverOf, type Settings } from './speech-settings.js';

type Table = Record<string, string>;

const from = (table: Table) => (name: string) => table[name];
const deployment: Table = { OPENAI_BASE_URL: 'http://models.internal/v1/', OPENAI_API_KEY: 'deployment-key' };

const none = from({});
const speechServer = (agent: Settings, deployed: Settings) => serverOf([agent, none, deployed]);

describe('the speech server of an agent', () => {
  test('is nothing where neither agent nor deployment name one', () => {
    expect(speechServer(from({}), from({}))).toBeUndefined();
    expect(speechServer(from({ OPENAI_TTS_VOICE: 'echo' }), from({}))).toBeUndefined();
  });

  test("is the deployment's, with the agent's voice and models", () => {
    expect(speechServer(from({ OPENAI_TTS_VOICE: 'echo' }), from(deployment))).toEqual({
      baseUrl: 'http://models.internal/v1',
      apiKey: 'deployment-key',
      ownServer: false,
      speechModel: 'gpt-4o-mini-tts',
      voice: 'echo',
      transcriptionModel: 'gpt-4o-mini-transcribe',
    });
  });

  test("is the agent's own, which is never given the deployment's key", () => {
    const own = from({ OPENAI_BASE_URL: 'http://elsewhere/v1' });
    expect(speechServer(own, from(deployment))).toMatchObject({ baseUrl: 'http://elsewhere/v1', ownServer: true });
    expect(speechServer(own, from(deployment))?.apiKey).toBeUndefined();
    expect(speechServer(from({ OPENAI_API_KEY: 'own' }), from(deployment))).toMatchObject({
      baseUrl: 'http://models.internal/v1',
      apiKey: 'own',
      ownServer: false,
    });
    expect(speechServer(from({ OPENAI_API_KEY: 'own' }), from({}))?.baseUrl).toBe('https://api.openai.com/v1');
  });

  test("is its tenant's before the deployment's, with no key from further out", () => {
    const tenant = from({ OPENAI_BASE_URL: 'http://theirs/v1', OPENAI_TTS_VOICE: 'onyx' });
    expect(serverOf([none, tenant, from(deployment)])).toMatchObject({ baseUrl: 'http://theirs/v1', ownServer: true });
    expect(serverOf([none, tenant, from(deployment)])?.apiKey).toBeUndefined();
    expect(serverOf([from({ OPENAI_API_KEY: 'own' }), tenant, none])).toMatchObject({ apiKey: 'own', voice: 'onyx' });
    const keyed = from({ OPENAI_API_KEY: 'tenant-key' });
    expect(serverOf([from({ OPENAI_BASE_URL: 'http://mine/v1' }), keyed, none])?.apiKey).toBeUndefined();
    expect(serverOf([none, keyed, from(deployment)])).toMatchObject({ apiKey: 'tenant-key', ownServer: false });
  });

  test('may be another than the one that answers', () => {
    const both = { ...deployment, OPENAI_AUDIO_BASE_URL: 'http://speech/v1', OPENAI_AUDIO_API_KEY: 'speech-key' };
    expect(speechServer(from({}), from(both))).toMatchObject({ baseUrl: 'http://speech/v1', apiKey: 'speech-key' });
  });
});

test("an agent's secrets go before its settings, and blank ones are none", () => {
  const read = settingsOf({
    character: { settings: { A: 'setting', B: ' b ', C: 3 } },
    secrets: { A: 'secret', B: ' ' },
    tenantSettings: {},
  });
  expect(['A', 'B', 'C'].map(read)).toEqual(['secret', 'b', undefined]);
});

test('a provider is chosen by the first who names one', () => {
  expect(chosenProvider([from({ SPEECH_PROVIDER: 'Espeak' }), from({ SPEECH_PROVIDER: 'openai' })])).toBe('espeak');
  expect(chosenProvider([from({}), from({ SPEECH_PROVIDER: 'openai' })])).toBe('openai');
  expect(chosenProvider([from({ SPEECH_PROVIDER: 'parrot' })])).toBeUndefined();
});
