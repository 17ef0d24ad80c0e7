import type { AgentSpec } from '../../turns/engine.js';
import { connectionFor, namesServer } from './connection.js';

type Table = Record<string, string>;

const from = (table: Table) => (name: string) => table[name];

function agentWith(settings: Table, secrets: Table = {}): AgentSpec {
  return { id: 'a', version: 1, character: { name: 'Ada', settings }, secrets };
}

const deployment: Table = {
  OPENAI_BASE_URL: 'http://models.internal/v1/',
  OPENAI_API_KEY: 'deployment-key',
  OPENAI_LARGE_MODEL: 'big',
  OPENAI_SMALL_MODEL: 'little',
};

describe('the connection of an agent', () => {
  test("is the deployment's when the agent brings nothing", () => {
    const connect = (size: 'large' | 'small') => connectionFor(agentWith({}), from(deployment), size);
    expect(connect('large')).toMatchObject({
      baseUrl: 'http://models.internal/v1',
      ownServer: false,
      apiKey: 'deployment-key',
      model: 'big',
    });
    expect(connect('small').model).toBe('little');
  });

  test("never carries the deployment's key to an address of the agent's", () => {
    const own = { OPENAI_LARGE_MODEL: 'mine' };
    const elsewhere: Table[] = [
      { ...own, OPENAI_BASE_URL: 'http://elsewhere/v1' },
      { OLLAMA_API_ENDPOINT: 'http://elsewhere', OLLAMA_LARGE_MODEL: 'mine' },
    ];
    for (const settings of elsewhere) {
      expect(connectionFor(agentWith(settings), from(deployment), 'large')).toEqual({
        baseUrl: 'http://elsewhere/v1',
        ownServer: true,
        apiKey: undefined,
        model: 'mine',
      });
    }
    const withKey = agentWith({ ...own, OPENAI_BASE_URL: 'http://elsewhere/v1' }, { OPENAI_API_KEY: 'own-key' });
    expect(connectionFor(withKey, from(deployment), 'large').apiKey).toBe('own-key');
  });

  test("takes the agent's key and model before the deployment's", () => {
    const agent = agentWith({ OPENAI_LARGE_MODEL: 'mine' }, { OPENAI_API_KEY: 'own-key' });
    const expected = { baseUrl: 'http://models.internal/v1', ownServer: false, apiKey: 'own-key', model: 'mine' };
    expect(connectionFor(agent, from(deployment), 'large')).toEqual(expected);
    expect(connectionFor(agentWith({ model: 'plain' }), from(deployment), 'large').model).toBe('plain');
  });

  test('knows OpenRouter and Ollama by their own names', () => {
    const router = agentWith({ OPENROUTER_LARGE_MODEL: 'some/model' }, { OPENROUTER_API_KEY: 'router-key' });
    expect(connectionFor(router, from(deployment), 'small')).toEqual({
      baseUrl: 'https://openrouter.ai/api/v1',
      ownServer: true,
      apiKey: 'router-key',
      model: 'some/model',
    });
    const ollama = from({ OLLAMA_API_ENDPOINT: 'http://localhost:11434/api', OLLAMA_LARGE_MODEL: 'llama' });
    expect(connectionFor(agentWith({}), ollama, 'large')).toEqual({
      baseUrl: 'http://localhost:11434/v1',
      ownServer: false,
      apiKey: undefined,
      model: 'llama',
    });
  });

  test("does not send an agent's key to a deployment's server of another kind", () => {
    const ollama = from({ OLLAMA_API_ENDPOINT: 'http://localhost:11434', OLLAMA_LARGE_MODEL: 'llama' });
    expect(connectionFor(agentWith({}, { OPENAI_API_KEY: 'own-key' }), ollama, 'large')).toEqual({
      baseUrl: 'https://api.openai.com/v1',
      ownServer: false,
      apiKey: 'own-key',
      model: 'gpt-4o-mini',
    });
  });

  describe('where its tenant has settings', () => {
    const withTenant = (tenantSettings: Table, agent = agentWith({})): AgentSpec => ({ ...agent, tenantSettings });
    const connect = (agent: AgentSpec) => connectionFor(agent, from(deployment), 'large');

    test("takes the tenant's before the deployment's, and the agent's own before both", () => {
      const tenant = { OPENAI_API_KEY: 'tenant-key', OPENAI_LARGE_MODEL: 'theirs' };
      const expected = { baseUrl: 'http://models.internal/v1', ownServer: false };
      expect(connect(withTenant(tenant))).toEqual({ ...expected, apiKey: 'tenant-key', model: 'theirs' });
      const agent = agentWith({ OPENAI_LARGE_MODEL: 'mine' }, { OPENAI_API_KEY: 'own-key' });
      expect(connect(withTenant(tenant, agent))).toEqual({ ...expected, apiKey: 'own-key', model: 'mine' });
      expect(connect(withTenant({}))).toMatchObject({ ...expected, apiKey: 'deployment-key' });
    });

    test.each<[string, Table]>([
      ['the same kind', { OPENAI_BASE_URL: 'http://elsewhere/v1', OPENAI_LARGE_MODEL: 'm' }],
      ['another kind', { OLLAMA_API_ENDPOINT: 'http://elsewhere', OLLAMA_LARGE_MODEL: 'm' }],
    ])("never carries the deployment's key to a tenant's server of %s", (_, tenant) => {
      expect(connect(withTenant(tenant))).toEqual({
        baseUrl: 'http://elsewhere/v1',
        ownServer: true,
        apiKey: undefined,
        model: 'm',
      });
    });

    test("never carries the deployment's key of OpenRouter to an address of a tenant or an agent", () => {
      const router = from({ OPENROUTER_API_KEY: 'deployment-key', OPENROUTER_LARGE_MODEL: 'm' });
      const elsewhere = { OPENROUTER_BASE_URL: 'http://elsewhere/v1' };
      for (const agent of [withTenant(elsewhere), agentWith(elsewhere)]) {
        const { baseUrl } = connectionFor(agent, router, 'large');
        expect(baseUrl).toBe('https://openrouter.ai/api/v1');
      }
      const withKey = withTenant({ ...elsewhere, OPENROUTER_API_KEY: 'tenant-key', OPENROUTER_LARGE_MODEL: 'm' });
      expect(connectionFor(withKey, router, 'large')).toEqual({
        baseUrl: 'http://elsewhere/v1',
        ownServer: true,
        apiKey: 'tenant-key',
        model: 'm',
      });
    });

    test("never carries the tenant's key to an address of an agent's", () => {
      const agent = agentWith({ OPENAI_BASE_URL: 'http://elsewhere/v1', OPENAI_LARGE_MODEL: 'm' });
      const tenant = { OPENAI_API_KEY: 'tenant-key', OPENAI_BASE_URL: 'http://theirs/v1' };
      expect(connect(withTenant(tenant, agent))).toMatchObject({ baseUrl: 'http://elsewhere/v1', apiKey: undefined });
    });

    test("sends the agent's own key to the tenant's server", () => {
      const tenant = { OPENAI_BASE_URL: 'http://theirs/v1', OPENAI_LARGE_MODEL: 'm' };
      const agent = agentWith({}, { OPENAI_API_KEY: 'own-key' });
      expect(connect(withTenant(tenant, agent))).toMatchObject({ baseUrl: 'http://theirs/v1', apiKey: 'own-key' });
    });

    test('goes where the tenant says, unless the agent names a server of its own', () => {
      const tenant = { MODEL_PROVIDER: 'openrouter', OPENAI_API_KEY: 'a', OPENROUTER_API_KEY: 'b', LARGE_MODEL: 'm' };
      expect(connect(withTenant(tenant)).apiKey).toBe('b');
      expect(connect(withTenant(tenant, agentWith({}, { OPENAI_API_KEY: 'own-key' }))).apiKey).toBe('own-key');
    });
  });

  test('prefers the server the agent names', () => {
    const secrets = { OPENAI_API_KEY: 'for-embeddings', OPENROUTER_API_KEY: 'for-chat' };
    const agent = agentWith({ modelProvider: 'openrouter', LARGE_MODEL: 'm' }, secrets);
    expect(connectionFor(agent, from({}), 'large').apiKey).toBe('for-chat');
  });

  test('tells what is wrong with the settings', () => {
    const connect = (settings: Table) => () => connectionFor(agentWith(settings), from({}), 'large');
    for (const address of ['file:///etc/passwd', 'nowhere', 'http://user:password@host/v1']) {
      expect(connect({ OPENAI_BASE_URL: address })).toThrow('not a plain http or https address');
    }
    expect(connect({ OPENAI_BASE_URL: 'http://elsewhere/v1' })).toThrow('Set OPENAI_LARGE_MODEL');
    expect(connect({ OLLAMA_API_ENDPOINT: 'http://elsewhere' })).toThrow('Set OLLAMA_LARGE_MODEL');
  });

  test('sees whether settings name a server at all', () => {
    expect(namesServer(from({}))).toBe(false);
    expect(namesServer(from({ OPENAI_LARGE_MODEL: 'big' }))).toBe(false);
    expect(namesServer(from({ OPENROUTER_API_KEY: 'key' }))).toBe(true);
  });
});
