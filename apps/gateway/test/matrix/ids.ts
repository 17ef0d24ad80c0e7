import { newId, type Uuid } from '@app/contracts';

/** Ids of one thing of each kind: of a household that is attacked, of nothing at all, or of the attacker himself. */
export interface Ids {
  agent: Uuid;
  channel: Uuid;
  message: Uuid;
  server: Uuid;
  session: Uuid;
  job: Uuid;
  /** The room that stands for the channel. */
  room: Uuid;
  world: Uuid;
  memory: Uuid;
  run: Uuid;
  log: Uuid;
  tenant: Uuid;
  key: Uuid;
  issuer: Uuid;
  /** Of an end user. */
  erasure: Uuid;
  /** Whose all this is. */
  entity: Uuid;
}

/** Which kind a parameter of a path names. */
const PARAMETERS: Record<string, keyof Ids> = {
  agentId: 'agent',
  channelId: 'channel',
  messageId: 'message',
  serverId: 'server',
  sessionId: 'session',
  jobId: 'job',
  roomId: 'room',
  worldId: 'world',
  memoryId: 'memory',
  runId: 'run',
  turnId: 'run',
  logId: 'log',
  tenantId: 'tenant',
  keyId: 'key',
  issuerId: 'issuer',
  // Plans belong to nobody; an id is a name that none has.
  planName: 'tenant',
  erasureId: 'erasure',
  entityId: 'entity',
};

/** Ids of nothing. */
export function nothing(): Ids {
  const kinds = Object.values(PARAMETERS).map((kind) => [kind, newId()]);
  return { ...(Object.fromEntries(kinds) as unknown as Ids), entity: newId() };
}

/** Which kind a parameter is the id of; undefined for one that has to be given a kind in `PARAMETERS`. */
export function kindOf(parameter: string): keyof Ids | undefined {
  return PARAMETERS[parameter];
}
