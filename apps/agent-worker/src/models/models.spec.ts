import { startOpenAiServer, type OpenAiServer } from '@app/testing';
import type { AgentSpec } from '../turns/engine.js';
import { createModels, type ModelConfig } from './models.js';

function agentWith(settings: Record<string, string>, secrets: Record<string, string> = {}): AgentSpec {
  return { id: 'a', version: 1, character: { name: 'Ada', settings }, secrets };
}

async function answer(config: ModelConfig, agent: AgentSpec, text = 'Perhaps.') {
  const port = createModels(config).portFor(agent, new AbortController().signal, 1);
  let said = '';
  const messages = [{ role: 'user' as const, content: text }];
  for await (const part of port.stream({ size: 'large', system: '', messages })) {
    if (part.kind === 'text') said += part.text;
  }
  return { said, usage: port.usage };
}

const CLASSIC = "You don't seem quite certain.";

describe('the models of a deployment', () => {
  let server: OpenAiServer;

  beforeAll(async () => {
    server = await startOpenAiServer({ reply: 'From the server.' });
  });
  afterAll(() => server.close());

  test('default to classic, to openai once a server or key is set, and to what MODEL_PROVIDER says', () => {
    expect(createModels({}).default).toBe('classic');
    expect(createModels({ OPENAI_API_KEY: 'key' }).default).toBe('openai');
    expect(createModels({ OPENAI_BASE_URL: 'http://host/v1' }).default).toBe('openai');
    expect(createModels({ OLLAMA_API_ENDPOINT: 'http://host' }).default).toBe('openai');
    expect(createModels({ OPENAI_API_KEY: 'key', MODEL_PROVIDER: 'scripted' }).default).toBe('scripted');
    expect(() => createModels({ MODEL_PROVIDER: 'oracle' })).toThrow('There is no model provider "oracle"');
  });

  test('let an agent choose its own provider', async () => {
    expect((await answer({}, agentWith({}))).said).toBe(CLASSIC);
    expect((await answer({}, agentWith({ MODEL_PROVIDER: 'scripted' }))).said).toBe('echo: Perhaps.');
    expect((await answer({ MODEL_PROVIDER: 'scripted' }, agentWith({ modelProvider: 'Classic' }))).said).toBe(CLASSIC);
  });

  test("use an agent's own server without being told, except where everything is scripted", async () => {
    const agent = agentWith({ OPENAI_BASE_URL: server.url, OPENAI_LARGE_MODEL: 'm' }, { OPENAI_API_KEY: 'own' });
    expect((await answer({ OUTBOUND_ALLOW: '127.0.0.1' }, agent)).said).toBe('From the server.');
    expect(server.requests.at(-1)?.headers.authorization).toBe('Bearer own');
    expect((await answer({ MODEL_PROVIDER: 'scripted' }, agent)).said).toBe('echo: Perhaps.');
  });

  test("keep the deployment's key from a server the agent brings", async () => {
    const agent = agentWith({ OPENAI_BASE_URL: server.url, OPENAI_LARGE_MODEL: 'm' });
    await answer({ OPENAI_API_KEY: 'deployment-key', OUTBOUND_ALLOW: '127.0.0.1' }, agent);
    expect(JSON.stringify(server.requests.at(-1))).not.toContain('deployment-key');
  });

  test("use what the agent's tenant has set, with the tenant's key and no other", async () => {
    const tenantSettings = { OPENAI_BASE_URL: server.url, OPENAI_LARGE_MODEL: 'm' };
    const config = { OPENAI_API_KEY: 'deployment-key', MODEL_PROVIDER: 'classic', OUTBOUND_ALLOW: '127.0.0.1' };
    expect((await answer(config, { ...agentWith({}), tenantSettings })).said).toBe('From the server.');
    expect(JSON.stringify(server.requests.at(-1))).not.toContain('deployment-key');
    const withKey = { ...agentWith({}), tenantSettings: { ...tenantSettings, OPENAI_API_KEY: 'tenant-key' } };
    await answer(config, withKey);
    expect(server.requests.at(-1)?.headers.authorization).toBe('Bearer tenant-key');
    await expect(answer({}, withKey)).rejects.toThrow('OUTBOUND');
  });

  test('let a tenant choose for agents that choose nothing', async () => {
    const tenantSettings = { MODEL_PROVIDER: 'scripted' };
    expect((await answer({}, { ...agentWith({}), tenantSettings })).said).toBe('echo: Perhaps.');
    const chosen = { ...agentWith({ MODEL_PROVIDER: 'classic' }), tenantSettings };
    expect((await answer({}, chosen)).said).toBe(CLASSIC);
  });

  test("reach no server inside for an agent that names it, and the deployment's own wherever it is", async () => {
    const agent = agentWith({ OPENAI_BASE_URL: server.url, OPENAI_LARGE_MODEL: 'm' });
    const before = server.requests.length;
    await expect(answer({}, agent)).rejects.toMatchObject({
      kind: 'caller',
      message: expect.stringContaining('OUTBOUND'),
    });
    expect(server.requests.length).toBe(before);
    const ours = { OPENAI_BASE_URL: server.url, OPENAI_LARGE_MODEL: 'm' };
    expect((await answer(ours, agentWith({}))).said).toBe('From the server.');
  });

  test('call an unknown choice the fault of the caller, when it is used', async () => {
    const answering = answer({}, agentWith({ MODEL_PROVIDER: 'anthropic' }));
    await expect(answering).rejects.toMatchObject({ name: 'TurnFault', kind: 'caller' });
    await expect(answering).rejects.toThrow('classic, openai, scripted');
  });

  test('count what a port has spent', async () => {
    expect((await answer({ MODEL_PROVIDER: 'scripted' }, agentWith({}), 'one two')).usage).toEqual({
      inputTokens: 2,
      outputTokens: 3,
    });
  });
});
