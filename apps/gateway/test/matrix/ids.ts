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
  logId: 'log',
  tenantId: 'tenant',
  keyId: 'key',
  issuerId: 'issuer',
};

/** Ids of nothing. */
export function nothing(): Ids {
  const kinds = Object.values(PARAMETERS).map((kind) => [kind, newId()]);
  return { ...(Object.fromEntries(kinds) as unknown as Ids), entity: newId() };
}

/** The kinds of things a path names, in its order. A parameter nobody knows is an error: it has to be given a kind. */
export function kindsIn(path: string): (keyof Ids)[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, parameter]) => {
    const kind = PARAMETERS[parameter!];
    if (!kind) throw new Error(`Nobody knows what :${parameter} in ${path} is the id of: give it a kind in PARAMETERS`);
    return kind;
  });
}

/** A path with these ids in the place of its parameters, the first so many of them the caller's own. */
export function pathWith(path: string, ids: Ids, { own, first }: { own: Ids; first: number }): string {
  let place = 0;
  return path
    .replace(/\*\w+/, 'anything')
    .replace(/:(\w+)/g, (_, parameter: string) => (place++ < first ? own : ids)[PARAMETERS[parameter]!]);
}
