import { newId, type Uuid } from '@app/contracts';

/** Ids of one thing of each kind that the media-service serves. */
export interface Ids {
  tenant: Uuid;
  agent: Uuid;
  channel: Uuid;
  message: Uuid;
  /** Whose all this is. */
  entity: Uuid;
  /** Names of files, by what they belong to. */
  agentFile: string;
  channelFile: string;
  generatedFile: string;
  /** What proves a link to the agent's file. */
  signature: string;
}

/** Ids of nothing. */
export function nothing(): Ids {
  const file = (): string => `${newId()}.txt`;
  const [tenant, agent, channel, message, entity] = [newId(), newId(), newId(), newId(), newId()];
  const files = { agentFile: file(), channelFile: file(), generatedFile: file() };
  return { tenant, agent, channel, message, entity, ...files, signature: newId() };
}

/** Which kind a parameter names: what `:id` and `:file` are is told by what stands before them. */
export function kindOf(parameter: string, path: string): keyof Ids | undefined {
  if (parameter === 'agentId') return 'agent';
  const owner = /\/(agents|channels|generated)\/:id\b/.exec(path)?.[1];
  if (owner === undefined) return undefined;
  if (parameter === 'id') return owner === 'channels' ? 'channel' : 'agent';
  if (parameter !== 'file') return undefined;
  if (owner === 'generated') return 'generatedFile';
  return owner === 'channels' ? 'channelFile' : 'agentFile';
}
