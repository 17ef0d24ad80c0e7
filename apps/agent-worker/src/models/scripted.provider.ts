import { createHash } from 'node:crypto';
import { TurnFault, type AgentSpec, type TurnFaultKind } from '../turns/engine.js';
import type { ModelMessage, ModelPart, ModelProvider, ModelRequest } from './model.js';
import { FOREVER, pause } from './pause.js';
import { parseDirectives, type Directives } from './scripted.directives.js';

export interface ScriptedOptions {
  latencyMs: number;
  chunks: number;
  tokensPerSecond: number;
  /** Share of answers that fail, 0 to 1; which ones is decided by the seed, the message and the attempt. */
  failureRate: number;
  seed: string;
}

/**
 * A model for tests and benchmarks: echoes the last message, always the same way. Messages may carry {@link Directives}
 * that make it slow, silent or broken.
 */
export class ScriptedProvider implements ModelProvider {
  readonly name = 'scripted';

  constructor(private readonly options: ScriptedOptions) {}

  async *stream(_agent: AgentSpec, request: ModelRequest): AsyncIterable<ModelPart> {
    const { signal, messages, attempt = 1 } = request;
    const question = messages.findLast(({ role }) => role === 'user')?.content ?? '';
    const directives = parseDirectives(question);
    const chunks = this.chunksOf(question, directives);
    const end = this.endOf(question, attempt, { directives, chunks: chunks.length });
    await pause(directives.latencyMs ?? this.options.latencyMs, signal);
    for (const [index, text] of chunks.entries()) {
      await this.meet(end, index, signal);
      await pause(this.timeFor(text, directives), signal);
      yield { kind: 'text', text };
    }
    await this.meet(end, chunks.length, signal);
    yield { kind: 'usage', usage: { inputTokens: tokensIn(messages), outputTokens: tokens(chunks.join('')) } };
  }

  private chunksOf(question: string, directives: Directives): string[] {
    if (directives.silent) return [];
    return split(directives.reply ?? `echo: ${question}`, directives.chunks ?? this.options.chunks);
  }

  private timeFor(text: string, directives: Directives): number {
    const speed = directives.tokensPerSecond ?? this.options.tokensPerSecond;
    return speed > 0 ? (tokens(text) / speed) * 1_000 : 0;
  }

  /** Where the answer ends early, if it does. */
  private endOf(question: string, attempt: number, reply: { directives: Directives; chunks: number }): End | undefined {
    const { fail, hang, after = 0 } = reply.directives;
    const at = Math.min(after, reply.chunks);
    if (hang) return { at, with: 'hang' };
    if (fail && attempt <= fail.attempts) return { at, with: fail.kind };
    if (chance(`${this.options.seed}|${attempt}|${question}`) >= this.options.failureRate) return undefined;
    // Half of the failures come before the first chunk, the others in the middle of the reply.
    const late = chance(`late|${this.options.seed}|${attempt}|${question}`) >= 0.5;
    return { at: late ? Math.ceil(reply.chunks / 2) : 0, with: 'world' };
  }

  private async meet(end: End | undefined, index: number, signal: AbortSignal): Promise<void> {
    if (end?.at !== index) return;
    if (end.with === 'hang') return pause(FOREVER, signal);
    const message = `The scripted model failed on purpose (${end.with}).`;
    throw end.with === 'bug' ? new Error(message) : new TurnFault(end.with, message);
  }
}

interface End {
  /** The number of chunks sent before. */
  at: number;
  with: TurnFaultKind | 'hang';
}

/** Pieces of nearly equal length, never cutting a character in two. */
function split(text: string, parts: number): string[] {
  const letters = Array.from(text);
  const count = Math.max(1, Math.min(Math.floor(parts), letters.length));
  const edge = (index: number) => Math.round((index * letters.length) / count);
  return Array.from({ length: count }, (_, index) => letters.slice(edge(index), edge(index + 1)).join(''));
}

/** A number from 0 to 1 that only depends on the text. */
function chance(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32;
}

/** Words stand for tokens. */
function tokens(text: string): number {
  return text.split(/\s+/).filter(Boolean).length;
}

function tokensIn(messages: readonly ModelMessage[]): number {
  return messages.reduce((sum, { content }) => sum + tokens(content), 0);
}
