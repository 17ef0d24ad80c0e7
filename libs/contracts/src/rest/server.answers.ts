import type { LogEntryLevel } from '../events/log-events.js';
import type { MessageServerView } from './channels.answers.js';

/** What the system depends on. */
export class HealthDependencies {
  agents: 'healthy' | 'no_agents' | 'unknown';
  database: 'healthy' | 'unavailable';
}

/** How the system does, as far as anybody may know. */
export class ServerHealth {
  /** DEGRADED without an active agent, and without Postgres. */
  status: 'OK' | 'DEGRADED';
  version: string;
  timestamp: string;
  dependencies: HealthDependencies;
}

/** How the system does. */
export class Health extends ServerHealth {
  agentCount: number;
}

/** The process is up. */
export class Liveness {
  status: 'ok';
  timestamp: string;
}

/** The server answers. */
export class Pong {
  pong: true;
  timestamp: number;
}

/** A word from the server. */
export class Told {
  message: string;
}

/** How many agents are active. */
export class ServerStatus extends Liveness {
  agentCount: number;
}

/** A line of the tenant's log, with ids of what it is about. */
export class LogLine {
  /** Epoch milliseconds. */
  time: number;
  /** 10 trace, 20 debug, 30 info, 40 warn, 50 error, 60 fatal, and ElizaOS's levels between them. */
  level: number;
  msg: string;
  agentName?: string;
  agentId?: string;
  /** What else it is about: ids of a channel, a turn, a request, and who wrote it. */
  [about: string]: string | number | undefined;
}

/** Lines of the tenant's log, oldest first. */
export class LogList {
  logs: LogLine[];
  /** How many lines are in this answer. */
  count: number;
  /** How many lines are kept. */
  total: number;
  requestedLevel: string;
  agentName: string;
  agentId: string;
  levels: LogEntryLevel[];
}

/** The log is empty. */
export class LogCleared {
  status: 'success';
  message: string;
}

/** Message servers, for debugging. */
export class DebugServers {
  servers: MessageServerView[];
  count: number;
}

/** Message servers, for debugging: as ElizaOS answers them, and in `data`, where its client looks. */
export class DebugServersAnswer extends DebugServers {
  success: true;
  data: DebugServers;
}

/** Which system this is. */
export class SystemVersion {
  version: string;
  source: string;
  timestamp: string;
  environment: string;
  /** Of the process that answered, in seconds. */
  uptime: number;
}

/** What a client has to know before it knows its user. */
export class SystemConfig {
  requiresAuth: boolean;
}

/** The tenant's settings by name, with a mask in the place of each value. */
export class TenantSettings {
  [name: string]: string;
}

/** A quote of the trusted environment, with the caller's nonce in it. */
export class TeeQuote {
  mode: string;
  nonce: string;
  quote: string | null;
  eventLog: string | null;
  timestamp: number;
}

/** What runs in the trusted environment, as its guest agent tells it. */
export class TeeInfo {
  mode: string;
  [fact: string]: unknown;
}

/** The public side of a derived key. */
export class TeeKey {
  mode: string;
  path: string;
  purpose: string;
  publicKey: string;
  /** Leads to the root of trust. */
  signatureChain: string[];
}
