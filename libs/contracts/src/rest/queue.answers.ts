import type { Uuid } from '../ids.js';

/** How many turns are in each state. */
export class QueueCounts {
  /** In the backlog. */
  waiting: number;
  /** Handed to the workers. */
  released: number;
  running: number;
  /** Dead: they failed for good, and nobody has had them tried anew or taken off. */
  failed: number;
  /** How long the oldest turn of the backlog could have been run by now, in milliseconds; null when none waits. */
  oldestWaitingMs: number | null;
}

/** The same of one tenant. */
export class QueueOfTenant extends QueueCounts {
  tenantId: Uuid;
}

/** Who runs turns. */
export class LiveWorkers {
  live: number;
  /** Turns that all of them together run at once. */
  slots: number;
}

/** What stands in a queue of Redis. Postgres fills it again when it is lost. */
export class QueueJobCounts {
  /** turns, titles or derivations. */
  queue: string;
  waiting: number;
  active: number;
  delayed: number;
  failed: number;
}

/** All there is to do. */
export class QueueOverview {
  turns: QueueCounts;
  /** Tenants with turns that are not over or dead; those first whose oldest turn has waited longest. */
  tenants: QueueOfTenant[];
  workers: LiveWorkers;
  /** Null while Redis is away. */
  queues: QueueJobCounts[] | null;
}

/** A turn, by ids, states, places and times; nothing that anybody said. */
export class QueuedTurn {
  id: Uuid;
  agentId: Uuid;
  channelId: Uuid;
  messageId: Uuid;
  /** The place of its message in the channel. */
  seq: number;
  state: string;
  /** Whether it is the one of its agent and channel that goes next. */
  head: boolean;
  attempt: number;
  /** So many of its attempts were before it was last tried anew. */
  attemptsBefore: number;
  /** How its last attempt failed: world, timeout, quota, bug, … */
  errorKind: string | null;
  worker: string | null;
  createdAt: Date;
  /** When it may be run. */
  availableAt: Date;
  releasedAt: Date | null;
  startedAt: Date | null;
  leaseUntil: Date | null;
  finishedAt: Date | null;
}

/** A page of turns, oldest first. */
export class QueuedTurnList {
  turns: QueuedTurn[];
  /** What to ask for the next page with, as `cursor`; missing on the last one. */
  next?: string;
}

/** A step of an attempt. */
export class TurnStep {
  type: string;
  at: Date;
}

/** A turn with what came of it so far. */
export class TurnLife extends QueuedTurn {
  engine: string | null;
  /** How many agents' answers lie between it and a person's message. */
  depth: number;
  releases: number;
  inputTokens: number | null;
  outputTokens: number | null;
  /** Side effects that it has begun. */
  effects: number;
  /** Its agent's answers to the message. */
  replyIds: Uuid[];
  /** What its attempts did, oldest first. */
  steps: TurnStep[];
}

/** What became of many dead turns. */
export class MendedTurns {
  /** So many were tried anew, or taken off. */
  done: number;
  /** How many were not, by the reason. */
  left: Record<string, number>;
  /** Where to go on, as `cursor`, when there may be more; missing when all were looked at. */
  next?: string;
}
