import { TurnFault, type AgentSpec } from '../../turns/engine.js';
import type { Settings } from '../agent-settings.js';
import type { ModelPart, ModelProvider, ModelRequest } from '../model.js';
import { cancelled } from '../pause.js';
import { boundedFetch } from './bounded-fetch.js';
import { chatMessages } from './chat-messages.js';
import { connectionFor, type Connection } from './connection.js';
import { filesIn } from './files-in.js';
import { faultOf } from './faults.js';
import { impatient } from './impatient.js';

export interface OpenAiCompatibleOptions {
  /** The deployment's settings, for what an agent does not bring itself. */
  settings: Settings;
  /** How long a server may be silent before its first and between its later parts. */
  idleTimeoutMs: number;
  /** How servers are reached that agents name for themselves. */
  guardedFetch: typeof globalThis.fetch;
}

/** Any server that speaks OpenAI's chat completions: OpenAI itself, Ollama, vLLM, LM Studio, OpenRouter and others. */
export class OpenAiCompatibleProvider implements ModelProvider {
  readonly name = 'openai';
  private readonly fetch = boundedFetch(globalThis.fetch);

  constructor(private readonly options: OpenAiCompatibleOptions) {}

  async *stream(agent: AgentSpec, request: ModelRequest): AsyncIterable<ModelPart> {
    if (request.signal.aborted) throw cancelled();
    const connection = connectionFor(agent, this.options.settings, request.size);
    const call = new AbortController();
    const abort = () => call.abort(cancelled());
    request.signal.addEventListener('abort', abort, { once: true });
    try {
      yield* this.read(connection, request, call.signal);
    } catch (error) {
      throw request.signal.aborted ? cancelled() : faultOf(error, connection);
    } finally {
      request.signal.removeEventListener('abort', abort);
      // Ends the request however we got here: an answer half read, an idle server, a reader who went away.
      call.abort(cancelled());
    }
  }

  private async *read(connection: Connection, request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelPart> {
    const parts = await this.open(connection, request, signal);
    let empty = true;
    for await (const part of impatient(parts, { signal, idleMs: this.options.idleTimeoutMs, late: tooSlow })) {
      const files = filesIn(part);
      if (files.length > 0) empty = false;
      for (const file of files) yield { kind: 'file', file };
      if (part.type === 'text-delta') {
        empty &&= part.text.trim() === '';
        yield { kind: 'text', text: part.text };
      } else if (part.type === 'error') {
        throw part.error;
      } else if (part.type === 'finish') {
        const { inputTokens = 0, outputTokens = 0 } = part.totalUsage;
        yield { kind: 'usage', usage: { inputTokens, outputTokens } };
        if (empty) throw noAnswer(part.finishReason);
      }
    }
  }

  private async open({ baseUrl, ownServer, apiKey, model }: Connection, request: ModelRequest, signal: AbortSignal) {
    const { createOpenAICompatible, streamText } = await loadSdk();
    const server = createOpenAICompatible({
      name: this.name,
      baseURL: baseUrl,
      apiKey,
      includeUsage: true,
      fetch: ownServer ? this.options.guardedFetch : this.fetch,
    });
    const { fullStream } = streamText({
      model: server.chatModel(model),
      system: request.system,
      messages: chatMessages(request.messages),
      temperature: request.temperature,
      maxOutputTokens: request.maxTokens,
      // Pictures come in a field that the SDK does not read.
      includeRawChunks: true,
      // The runner tries again; two layers of retries would multiply.
      maxRetries: 0,
      abortSignal: signal,
      // Errors are read from the stream; the default would print them, prompt and all.
      onError: () => undefined,
    });
    return fullStream;
  }
}

/** The SDK takes a tenth of a second to load, which a worker without OpenAI need not spend. */
async function loadSdk() {
  const [{ createOpenAICompatible }, { streamText }] = await Promise.all([
    import('@ai-sdk/openai-compatible'),
    import('ai'),
  ]);
  globalThis.AI_SDK_LOG_WARNINGS = false;
  return { createOpenAICompatible, streamText };
}

function tooSlow(): TurnFault {
  return new TurnFault('world', 'The model server was silent for too long.');
}

function noAnswer(finishReason: string): TurnFault {
  return finishReason === 'content-filter'
    ? new TurnFault('caller', 'The model server refused to answer this (content filter).')
    : new TurnFault('world', 'The model server gave an empty answer.');
}
