import { randomUUID } from 'node:crypto';
import readline from 'node:readline';
import { io } from 'socket.io-client';
import { paint, say } from '../lib/say.mjs';
import { Conversation } from './conversation.mjs';

const NIL = '00000000-0000-0000-0000-000000000000';

/**
 * A terminal chat over the same protocol that every ElizaOS client speaks. With a message: sends it, shows the
 * answer and ends. Without: a conversation, until the input ends. ELIZA_URL or SERVER_PORT say where, CHAT_AGENT whom
 * to talk to.
 */
export async function chat(message) {
  const address = process.env.ELIZA_URL || `http://127.0.0.1:${process.env.SERVER_PORT || 3000}`;
  const user = randomUUID();
  const apiKey = process.env.SERVER_API_KEY || process.env.ELIZA_SERVER_AUTH_TOKEN;
  try {
    const agent = await findAgent(address, apiKey);
    const channel = await openChannel(address, { apiKey, user, agent });
    const socket = io(address, { auth: { entityId: user, apiKey } });
    const conversation = new Conversation(socket, { user, agent, channelId: channel.id, serverId: NIL });
    await conversation.join();
    if (message) await conversation.say(message);
    else await talk(conversation, agent);
    socket.close();
  } catch (error) {
    say.fail(error.message);
    process.exitCode = 1;
  }
}

async function talk(conversation, agent) {
  say.line(paint('dim', `Talking to ${agent.name}. Ctrl-D ends.`));
  const terminal = readline.createInterface({ input: process.stdin, output: process.stdout, prompt: 'you: ' });
  terminal.prompt();
  for await (const line of terminal) {
    if (line.trim()) await conversation.say(line.trim());
    terminal.prompt();
  }
  say.line('');
}

async function findAgent(address, apiKey) {
  const { agents } = await get(`${address}/api/agents`, apiKey);
  const wanted = process.env.CHAT_AGENT?.toLowerCase();
  const active = agents.filter(({ status }) => status === 'active');
  const agent = wanted
    ? agents.find(({ id, name }) => [id, name.toLowerCase()].includes(wanted))
    : (active[0] ?? agents[0]);
  if (!agent) throw new Error(wanted ? `There is no agent "${process.env.CHAT_AGENT}".` : 'There is no agent yet.');
  return agent;
}

function openChannel(address, { apiKey, user, agent }) {
  const query = new URLSearchParams({ currentUserId: user, targetUserId: agent.id, dmServerId: NIL });
  return get(`${address}/api/messaging/dm-channel?${query}`, apiKey);
}

async function get(url, apiKey) {
  const headers = apiKey ? { 'x-api-key': apiKey } : {};
  const answer = await fetch(url, { headers }).catch(() => {
    throw new Error(
      `Nobody answers at ${new URL(url).origin}: is it running (npm start)? ELIZA_URL names another address.`,
    );
  });
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${body.error?.message ?? 'no reason given'}`);
  return body.data;
}
