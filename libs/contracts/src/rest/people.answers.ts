import type { JsonObject } from '../character.js';
import type { Uuid } from '../ids.js';

/** How far the erasure of an end user is. */
export class UserErasureView {
  id: Uuid;
  entityId: Uuid;
  state: 'waiting' | 'running' | 'done';
  requestedAt: Date;
  finishedAt: Date | null;
  /** How many of what kind went so far. */
  erased: Record<string, number>;
}

/** All that a tenant has of an end user. */
export class UserExport {
  entityId: Uuid;
  exportedAt: Date;
  /** Where they take part. */
  channels: JsonObject[];
  /** What they said. */
  messages: JsonObject[];
  sessions: JsonObject[];
  jobs: JsonObject[];
  /** What agents remember of them. */
  memories: JsonObject[];
  /** Steps of what agents did for them. */
  logs: JsonObject[];
  /** What is known of the files they brought. */
  files: JsonObject[];
}
