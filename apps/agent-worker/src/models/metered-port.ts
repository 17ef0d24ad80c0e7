import type { ModelPort } from '../turns/engine.js';
import { noteModelUse } from './model-metrics.js';
import type { ModelCall, ModelPart, Usage } from './model.js';

/** One call of a model, as it went. Texts are kept only where the agent asks for it. */
export interface ModelUse {
  size: ModelCall['size'];
  provider: string;
  temperature?: number;
  maxTokens?: number;
  /** Epoch milliseconds. */
  startedAt: number;
  durationMs: number;
  /** To the first piece of the answer; not there when none came. */
  firstPieceMs?: number;
  /** In characters. */
  promptLength: number;
  responseLength: number;
  usage: Usage;
  prompt?: string;
  response?: string;
  error?: string;
}

/** A text that is kept is cut here. */
const LONGEST_TEXT = 16_000;

/** Where a port's calls go, and whether their texts are kept. */
export interface MeteredModel {
  readonly provider: string;
  readonly keepsTexts: boolean;
  open(call: ModelCall): AsyncIterable<ModelPart>;
}

/** Counts what is spent and notes each call, so that an engine need not. */
export class MeteredPort implements ModelPort {
  readonly usage: Usage = { inputTokens: 0, outputTokens: 0 };
  readonly uses: ModelUse[] = [];

  constructor(private readonly model: () => MeteredModel) {}

  async *stream(call: ModelCall): AsyncIterable<ModelPart> {
    const model = this.model();
    const began = performance.now();
    const use = this.begin(call, model);
    const since = (): number => Math.round((performance.now() - began) * 1_000) / 1_000;
    try {
      for await (const part of model.open(call)) {
        if (part.kind === 'usage') this.count(use, part.usage);
        else if (part.kind === 'text') {
          use.firstPieceMs ??= since();
          use.responseLength += part.text.length;
          if (use.response !== undefined) use.response = (use.response + part.text).slice(0, LONGEST_TEXT);
        }
        yield part;
      }
    } catch (error) {
      use.error = error instanceof Error ? error.message.slice(0, 1_000) : 'The model failed';
      throw error;
    } finally {
      use.durationMs = since();
      noteModelUse(use);
    }
  }

  private begin({ size, temperature, maxTokens, system, messages }: ModelCall, model: MeteredModel): ModelUse {
    const lengths = messages.map(({ content }) => content.length);
    const use: ModelUse = {
      size,
      provider: model.provider,
      ...(temperature === undefined ? {} : { temperature }),
      ...(maxTokens === undefined ? {} : { maxTokens }),
      startedAt: Date.now(),
      durationMs: 0,
      promptLength: lengths.reduce((sum, length) => sum + length, system.length),
      responseLength: 0,
      usage: { inputTokens: 0, outputTokens: 0 },
    };
    if (model.keepsTexts) {
      const lines = messages.map(({ role, name, content }) => `${name ?? role}: ${content}`);
      Object.assign(use, { prompt: [system, ...lines].join('\n\n').slice(-LONGEST_TEXT), response: '' });
    }
    this.uses.push(use);
    return use;
  }

  private count(use: ModelUse, { inputTokens, outputTokens }: Usage): void {
    for (const sum of [use.usage, this.usage]) {
      sum.inputTokens += inputTokens;
      sum.outputTokens += outputTokens;
    }
  }
}
