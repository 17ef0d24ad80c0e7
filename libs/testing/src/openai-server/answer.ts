import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Behaviour } from './behaviour.js';
import type { ChatBody } from './openai-server.js';

const CHUNKS = 4;
const ID = 'chatcmpl-test';

/** Answers a chat request in the given way. */
export async function answer(
  response: ServerResponse,
  body: ChatBody,
  how: { behaviour: Behaviour; text: string; pictures: string[] },
): Promise<void> {
  const { behaviour, pictures } = how;
  if (behaviour.kind === 'error')
    return refuse(response, behaviour.status, `This is a ${behaviour.status} on purpose.`);
  if (behaviour.kind === 'hang') return;
  const text = behaviour.kind === 'empty' || behaviour.kind === 'filtered' ? '' : how.text;
  if (!body.stream) return answerWhole(response, body, { behaviour, text });
  await answerInChunks(response, body, { behaviour, text, pictures });
}

/** Answers with a status and an error body in OpenAI's shape. */
export function refuse(response: ServerResponse, status: number, message: string): void {
  if (status === 429) response.setHeader('retry-after', '1');
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ error: { message, type: 'test_error', param: null, code: null } }));
}

async function answerWhole(
  response: ServerResponse,
  body: ChatBody,
  { behaviour, text }: { behaviour: Behaviour; text: string },
): Promise<void> {
  if (behaviour.kind === 'answer') await pause(behaviour.delayMs * CHUNKS);
  response.setHeader('content-type', 'application/json');
  if (behaviour.kind === 'malformed') return void response.end('{"choices": [');
  if (behaviour.kind === 'broken') return void response.destroy();
  const message = { role: 'assistant', content: text };
  const choices = [{ index: 0, message, finish_reason: finishOf(behaviour) }];
  const usage = usageOf(body, text);
  response.end(JSON.stringify({ id: ID, object: 'chat.completion', created: 0, model: body.model, choices, usage }));
}

async function answerInChunks(
  response: ServerResponse,
  body: ChatBody,
  { behaviour, text, pictures }: { behaviour: Behaviour; text: string; pictures: string[] },
): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  const send = (event: object) => response.write(`data: ${JSON.stringify(event)}\n\n`);
  const chunk = (delta: object, finish_reason: string | null = null) => {
    const choices = [{ index: 0, delta, finish_reason }];
    return send({ id: ID, object: 'chat.completion.chunk', created: 0, model: body.model, choices });
  };
  chunk({ role: 'assistant', content: '' });
  for (const piece of split(text, CHUNKS)) {
    if (behaviour.kind === 'answer') await pause(behaviour.delayMs);
    if (response.destroyed) return;
    chunk({ content: piece });
    if (behaviour.kind !== 'answer') return spoil(response, behaviour, { send, chunk });
  }
  for (const url of pictures) chunk({ content: '', images: [{ type: 'image_url', image_url: { url } }] });
  chunk({}, finishOf(behaviour));
  if (body.stream_options?.include_usage) send({ id: ID, choices: [], usage: usageOf(body, text) });
  response.end('data: [DONE]\n\n');
}

/** What goes wrong once the stream has begun. */
async function spoil(
  response: ServerResponse,
  behaviour: Behaviour,
  { send, chunk }: { send: (event: object) => boolean; chunk: (delta: object) => boolean },
): Promise<void> {
  // The first chunk has to be read before the connection is cut, or it would be lost with it.
  await pause(20);
  if (behaviour.kind === 'error-in-stream') {
    send({ error: { message: 'The model fell over.', type: 'server_error', code: null } });
    response.end();
  } else if (behaviour.kind === 'malformed') {
    response.end('data: {"choices": [\n\ndata: [DONE]\n\n');
  } else if (behaviour.kind === 'cut') {
    response.end();
  } else if (behaviour.kind === 'broken') {
    response.destroy();
  } else if (behaviour.kind === 'endless') {
    while (!response.destroyed) {
      if (response.writableNeedDrain) await pause(1);
      else chunk({ content: 'more '.repeat(2_000) });
    }
  }
}

/** Keeps no process alive: the server does that as long as it is open. */
async function pause(milliseconds: number): Promise<void> {
  await sleep(milliseconds, undefined, { ref: false });
}

function finishOf(behaviour: Behaviour): string {
  return behaviour.kind === 'filtered' ? 'content_filter' : 'stop';
}

/** Words stand for tokens. */
function usageOf(body: ChatBody, text: string) {
  const count = (words: string) => words.split(/\s+/).filter(Boolean).length;
  const prompt_tokens = body.messages.reduce((sum, { content }) => sum + count(String(content)), 0);
  const completion_tokens = count(text);
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
}

function split(text: string, parts: number): string[] {
  const letters = Array.from(text);
  const size = Math.max(1, Math.ceil(letters.length / parts));
  const pieces: string[] = [];
  for (let at = 0; at < letters.length; at += size) pieces.push(letters.slice(at, at + size).join(''));
  return pieces;
}
