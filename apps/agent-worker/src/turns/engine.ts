import type { Character, JsonObject, Uuid } from '@app/contracts';
import type { ModelCall, ModelFile, ModelPart, Usage } from '../models/model.js';

/**
 * The boundary between a turn and the engine that answers it. An engine is a pure function of the turn, its snapshot
 * and the answers of models: it owns no connection, queue, socket or timer, so the runner can cancel, repeat or move a
 * turn without asking it.
 */
export interface AgentEngine {
  readonly name: EngineName;
  /** What keeps this engine from running the agent; empty when it can. */
  inspect(agent: AgentSpec): EngineProblem[];
  /** Answers one turn. Throws {@link TurnFault}; anything else thrown counts as our bug. */
  run(turn: TurnInput, host: TurnHost): Promise<TurnOutcome>;
  /** Drops whatever is kept for an agent: its character changed, it was stopped or deleted. */
  forget(tenantId: Uuid, agentId: Uuid): void;
  close(): Promise<void>;
}

export type EngineName = 'native' | 'eliza';

/** An agent as an engine sees it. Secrets and settings are plain and live in memory only. */
export interface AgentSpec {
  id: Uuid;
  version: number;
  character: Character;
  secrets: Readonly<Record<string, string>>;
  /** What its tenant has set for all its agents. */
  tenantSettings?: Readonly<Record<string, string>>;
}

export interface EngineProblem {
  code: string;
  message: string;
}

/** A message of the channel as the engine reads it. */
export interface ChannelMessage {
  id: Uuid;
  seq: number;
  authorId: Uuid;
  authorName: string;
  /** Whether the author is the agent this turn belongs to. */
  own: boolean;
  text: string;
  attachments: JsonObject[];
  inReplyTo?: Uuid;
  createdAt: Date;
}

/** Everything a turn needs to know, read with its claim in one round trip. */
export interface TurnInput {
  tenantId: Uuid;
  turnId: Uuid;
  attempt: number;
  agent: AgentSpec;
  channel: { id: Uuid; type: string; serverId: Uuid; name: string };
  /** The message to answer. */
  message: ChannelMessage;
  snapshot: {
    /** Messages of the channel up to and with the answered one, oldest first. Later ones are not shown. */
    messages: ChannelMessage[];
    participants: { id: Uuid; name?: string; agent: boolean }[];
  };
}

/** What the runner offers an engine. */
export interface TurnHost {
  /** Aborted by cancel, a lost lease, the deadline or shutdown. */
  readonly signal: AbortSignal;
  readonly memory: TurnMemory;
  readonly model: ModelPort;
  /** Tells listeners what is going on. Lossy, in order, never waited for. */
  emit(event: TurnEvent): void;
  /** Runs a side effect once per turn, whatever the attempt, and replays its result afterwards. */
  once<T extends JsonObject>(key: string, effect: () => Promise<T>): Promise<T>;
}

/** Reads come from the snapshot; writes are buffered and committed with the reply, never sent by the engine. */
export interface TurnMemory {
  /** Messages of the channel before that moment, newest last. */
  earlier(before: Date, limit: number): Promise<ChannelMessage[]>;
}

/** The models an agent may use. Keys, usage, retries and abort are the port's business. */
export interface ModelPort {
  /** Tokens spent through this port so far. */
  readonly usage: Usage;
  stream(call: ModelCall): AsyncIterable<ModelPart>;
}

export type TurnEvent = { kind: 'chunk'; ordinal: number; text: string } | { kind: 'thought'; text: string };

export interface TurnReply {
  /** Position among the replies of this turn, from 0. */
  ordinal: number;
  text: string;
  thought?: string;
  actions?: string[];
  attachments?: JsonObject[];
  /** What the agent made. It is stored, and becomes attachments. */
  files?: ModelFile[];
}

export interface TurnOutcome {
  /** `silent`: the agent decided not to answer. */
  status: 'answered' | 'silent';
  replies: TurnReply[];
  usage: Usage;
}

/**
 * Why a turn failed. `caller`: the agent's configuration is at fault (wrong key, unknown model), not retried.
 * `world`: something outside was not well, retried with backoff. `cancelled`: nobody wants the answer any more.
 * `quota`: the tenant has nothing left this month of what an answer needs.
 */
export type TurnFaultKind = 'caller' | 'world' | 'bug' | 'cancelled' | 'quota';

export class TurnFault extends Error {
  override readonly name = 'TurnFault';

  constructor(
    readonly kind: TurnFaultKind,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
