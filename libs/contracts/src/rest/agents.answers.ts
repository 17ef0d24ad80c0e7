import type { JsonObject } from '../character.js';
import type { Uuid } from '../ids.js';

/** An agent in a list. */
export class AgentSummary {
  id: Uuid;
  name: string;
  characterName: string;
  bio: string;
  status: 'active' | 'inactive';
}

/** All agents. */
export class AgentList {
  agents: AgentSummary[];
}

/** An agent with every field of its character beside its own. Of secrets only their names are told. */
export class AgentView {
  id: Uuid;
  enabled: boolean;
  status: 'active' | 'inactive';
  server_id: string | null;
  /** Epoch milliseconds. */
  createdAt: number;
  /** Epoch milliseconds. */
  updatedAt: number;
  name: string;
  settings: JsonObject;
  [ofCharacter: string]: unknown;
}

/** An agent that was made. */
export class AgentCreated {
  id: Uuid;
  character: JsonObject;
}

/** An agent that runs. */
export class AgentStarted {
  id: Uuid;
  name: string;
  status: 'active';
}

/** A world of an agent. */
export class WorldView {
  id: Uuid;
  agentId: Uuid;
  name: string;
  metadata: JsonObject;
  messageServerId: Uuid | null;
  createdAt: string;
}

/** Worlds. */
export class WorldList {
  worlds: WorldView[];
}

/** A world that was made, joined or changed. */
export class WorldAnswer {
  world: WorldView;
}

/** What happened in a run, counted. */
export class RunCountsView {
  actions: number;
  modelCalls: number;
  errors: number;
  evaluators: number;
}

/** A run: an agent's way from a message to its answer. */
export class RunView {
  runId: Uuid;
  status: 'started' | 'completed' | 'timeout' | 'error';
  /** Epoch milliseconds. */
  startedAt: number;
  endedAt: number | null;
  durationMs: number | null;
  messageId: Uuid;
  roomId: Uuid;
  entityId: Uuid;
  metadata: JsonObject;
  counts: RunCountsView;
}

/** A page of runs, newest first. */
export class RunPage {
  runs: RunView[];
  /** Counted up to 1,000. */
  total: number;
  hasMore: boolean;
}

/** Something that happened in a run. */
export class RunEventView {
  type: string;
  /** Epoch milliseconds. */
  timestamp: number;
  data: JsonObject;
}

/** A run with what happened in it. */
export class RunDetail {
  summary: RunView;
  events: RunEventView[];
}

/** A step of an agent's log. */
export class LogView {
  id: Uuid;
  createdAt: string;
  entityId: Uuid;
  roomId: Uuid;
  /** Such as `run_event` or `useModel:TEXT_LARGE`. */
  type: string;
  body: JsonObject;
}

/** A panel of an agent's plugins. */
export class PanelView {
  name: string;
  path: string;
}
