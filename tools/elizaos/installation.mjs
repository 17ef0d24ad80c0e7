import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { modelPlugin } from './model.mjs';

/** The two agents that run. What stands in their secrets is as secret as this file. */
const AGENTS = [
  {
    name: 'Ada',
    username: 'ada',
    system: 'You are Ada. You count.',
    bio: ['Ada counts.', 'She writes notes on engines.'],
    topics: ['numbers'],
    adjectives: ['exact'],
    style: { all: ['Be brief.'], chat: ['Ask back.'] },
    messageExamples: [
      [
        { name: '{{user1}}', content: { text: 'Two and two?' } },
        { name: 'Ada', content: { text: 'Four.' } },
      ],
    ],
    postExamples: ['An engine weaves numbers.'],
    knowledge: ['The engine has a mill and a store.'],
    plugins: [],
    settings: { secrets: { OPENAI_API_KEY: 'sk-recorded-ada', WEATHER_KEY: 'w:1:2' }, voice: { model: 'en_GB' } },
  },
  { name: 'Bert', bio: 'Bert agrees.', plugins: [], settings: {} },
];

/**
 * Runs an ElizaOS server with its data in a folder, in this process.
 *
 * @param {string} folder where @elizaos/server is installed
 * @param {{port: number}} options
 */
export async function startInstallation(folder, { port }) {
  const data = path.join(folder, '.eliza');
  mkdirSync(data, { recursive: true });
  process.env.ELIZA_DATA_DIR = data;
  process.env.SERVER_PORT = String(port);
  process.env.ELIZA_UI_ENABLE = 'false';
  const { load } = await import(path.join(folder, 'load.mjs'));
  const { AgentServer } = await load('@elizaos/server');
  const { default: bootstrap } = await load('@elizaos/plugin-bootstrap');
  const server = new AgentServer();
  await server.start({
    port,
    dataDir: path.join(data, '.elizadb'),
    agents: AGENTS.map((character) => ({ character, plugins: [bootstrap, modelPlugin] })),
  });
  return { server, data, address: `http://127.0.0.1:${port}` };
}
