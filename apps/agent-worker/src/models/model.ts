import type { AgentSpec } from '../turns/engine.js';

/** One message of a prompt. */
export interface ModelMessage {
  role: 'user' | 'assistant';
  content: string;
}

export interface ModelRequest {
  /** `large` answers people; `small` is for quick decisions. */
  size: 'large' | 'small';
  system: string;
  /** Oldest first; the last one is what has to be answered. */
  messages: ModelMessage[];
  temperature?: number;
  maxTokens?: number;
  signal: AbortSignal;
}

/** Tokens spent, as the provider counts them. */
export interface Usage {
  inputTokens: number;
  outputTokens: number;
}

export type ModelPart = { kind: 'text'; text: string } | { kind: 'usage'; usage: Usage };

/**
 * One way to reach models. `stream` yields text as it is made and usage at the end. It throws a `TurnFault`: `caller`
 * for a refused key or unknown model, `world` for throttling, time-outs, broken streams and empty answers. It stops
 * within a second of `request.signal`.
 */
export interface ModelProvider {
  readonly name: string;
  stream(agent: AgentSpec, request: ModelRequest): AsyncIterable<ModelPart>;
}
