import type { AgentSpec } from '../turns/engine.js';

/** One message of a prompt: exactly one message of the channel, so equal roles may follow each other. */
export interface ModelMessage {
  role: 'user' | 'assistant';
  content: string;
  /** Who speaks, where that is not obvious: set in groups, for everybody but the agent itself. */
  name?: string;
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
  /** Which attempt of the turn asks, from 1. Only a provider made for tests looks at it. */
  attempt?: number;
}

/** A request as an engine makes it: abort and attempt are the port's business. */
export type ModelCall = Omit<ModelRequest, 'signal' | 'attempt'>;

/** Tokens spent, as the provider counts them. */
export interface Usage {
  inputTokens: number;
  outputTokens: number;
}

/** A file that a model made. */
export interface ModelFile {
  /** As the provider says. */
  type: string;
  bytes: Buffer;
}

export type ModelPart =
  { kind: 'text'; text: string } | { kind: 'file'; file: ModelFile } | { kind: 'usage'; usage: Usage };

/**
 * One way to reach models. `stream` yields text as it is made and usage at the end. It throws a `TurnFault`: `caller`
 * for a refused key or unknown model, `world` for throttling, time-outs, broken streams and empty answers. It stops
 * within a second of `request.signal`.
 */
export interface ModelProvider {
  readonly name: string;
  stream(agent: AgentSpec, request: ModelRequest): AsyncIterable<ModelPart>;
}
