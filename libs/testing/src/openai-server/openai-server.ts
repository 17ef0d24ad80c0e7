import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answer, refuse } from './answer.js';
import { answerSpeech, answerTranscription, readForm, type RecordedForm, type SpeechBody } from './audio.js';
import { parseBehaviour, type Behaviour } from './behaviour.js';

export interface OpenAiServerOptions {
  /** Requests without this bearer key are refused with 401. */
  apiKey?: string;
  /** Models the server has; others are 404. Without it every name is served. */
  models?: string[];
  /** The reply, or how it is made of the request. Default: `You said: <last user message>`. */
  reply?: string | ((body: ChatBody) => string);
  /** Pictures that every streamed answer holds beside its text, as addresses (`data:`), in the form of OpenRouter. */
  pictures?: string[];
  /** What was said in every recording. Default: `Hello there.` */
  transcript?: string;
  port?: number;
}

export interface ChatBody {
  model: string;
  messages: { role: string; content: string }[];
  stream?: boolean;
  stream_options?: { include_usage?: boolean };
  temperature?: number;
  max_tokens?: number;
}

export interface RecordedRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  /** Undefined for a body that is no JSON object. */
  body?: ChatBody;
  /** A request for speech. */
  speech?: SpeechBody;
  /** A recording that is to be transcribed. */
  form?: RecordedForm;
  /** Whether the client went away before the answer was complete. */
  abandoned: boolean;
}

export interface OpenAiServer {
  /** The base URL, as clients want it: with `/v1`. */
  url: string;
  requests: RecordedRequest[];
  /** Behaviours (see {@link Behaviour}) for the next requests of models, whatever their model and headers say. */
  queue: string[];
  close(): Promise<void>;
}

/**
 * Starts an OpenAI-compatible server on a loopback port: models, chat completions, speech and transcriptions. A request is
 * treated as the queue, its header `x-behaviour` or the name of its model says, in this order. It promises to record
 * every request and to be gone, with all its connections, when `close` resolves.
 */
export async function startOpenAiServer(options: OpenAiServerOptions = {}): Promise<OpenAiServer> {
  const requests: RecordedRequest[] = [];
  const queue: string[] = [];
  const server = createServer((request, response) => {
    serve({ request, response, options, requests, queue }).catch(() => response.destroy());
  });
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    queue,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  options: OpenAiServerOptions;
  requests: RecordedRequest[];
  queue: string[];
}

async function serve({ request, response, options, requests, queue }: Exchange): Promise<void> {
  const path = new URL(request.url ?? '/', 'http://localhost').pathname;
  const { method = 'GET', headers } = request;
  const sent = await read(request);
  const recorded: RecordedRequest = { method, path, headers, abandoned: false };
  if (path === '/v1/audio/transcriptions') recorded.form = await readForm(sent, headers['content-type'] ?? '');
  else if (path === '/v1/audio/speech') recorded.speech = parse<SpeechBody>(sent);
  else recorded.body = parse<ChatBody>(sent);
  requests.push(recorded);
  response.on('close', () => (recorded.abandoned = !response.writableFinished));

  if (options.apiKey !== undefined && headers.authorization !== `Bearer ${options.apiKey}`) {
    return refuse(response, 401, `Incorrect API key provided: ${headers.authorization ?? 'none'}`);
  }
  if (method === 'GET' && path === '/v1/models') return listModels(response, options.models ?? ['test-model']);
  const { body, form, speech } = recorded;
  if (form) {
    if (!form.file) return refuse(response, 400, 'The form has no recording.');
    const behaviour = behaviourOf(queue, headers, form.fields['model']);
    return answerTranscription(response, behaviour, options.transcript ?? 'Hello there.');
  }
  if (speech) return answerSpeech(response, speech, behaviourOf(queue, headers, speech.model));
  if (method !== 'POST' || path !== '/v1/chat/completions') return refuse(response, 404, `No such path: ${path}`);
  if (!body || !Array.isArray(body.messages)) return refuse(response, 400, 'The body is not a chat request.');
  if (options.models && !options.models.includes(body.model)) {
    return refuse(response, 404, `The model "${body.model}" does not exist.`);
  }
  await answer(response, body, {
    behaviour: behaviourOf(queue, headers, body.model),
    text: replyTo(body, options.reply),
    pictures: options.pictures ?? [],
  });
}

function behaviourOf(queue: string[], headers: IncomingHttpHeaders, model: string | undefined): Behaviour {
  const header = headers['x-behaviour'];
  const words = [queue.shift(), typeof header === 'string' ? header : undefined, model];
  for (const word of words) {
    const behaviour = word === undefined ? undefined : parseBehaviour(word);
    if (behaviour) return behaviour;
  }
  return { kind: 'answer', delayMs: 0 };
}

function replyTo(body: ChatBody, reply: OpenAiServerOptions['reply']): string {
  if (typeof reply === 'function') return reply(body);
  const last = body.messages.findLast(({ role }) => role === 'user');
  return reply ?? `You said: ${last?.content ?? ''}`;
}

function listModels(response: ServerResponse, models: string[]): void {
  const data = models.map((id) => ({ id, object: 'model', created: 0, owned_by: 'test' }));
  response.setHeader('content-type', 'application/json').end(JSON.stringify({ object: 'list', data }));
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

function parse<T>(sent: Buffer): T | undefined {
  try {
    const value: unknown = JSON.parse(sent.toString());
    return typeof value === 'object' && value !== null ? (value as T) : undefined;
  } catch {
    return undefined;
  }
}
