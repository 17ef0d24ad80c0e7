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
  /** Of an upload in parts that is open, and a part of it. */
  upload: Uuid;
  part: string;
  /** What proves a link to the agent's file. */
  signature: string;
}

/** The first part, so written that it is found in nothing else. */
export const PART = '%31';

/** Ids of nothing. */
export function nothing(): Ids {
  const file = (): string => `${newId()}.txt`;
  const [tenant, agent, channel, message, entity] = [newId(), newId(), newId(), newId(), newId()];
  const files = { agentFile: file(), channelFile: file(), generatedFile: file() };
  return { tenant, agent, channel, message, entity, ...files, upload: newId(), part: PART, signature: newId() };
}

/** Which kind a parameter names: what `:id` and `:file` are, is told by what stands before them. */
export function kindOf(parameter: string, path: string): keyof Ids | undefined {
  if (parameter === 'agentId') return 'agent';
  if (parameter === 'channelId') return 'channel';
  if (parameter === 'number') return 'part';
  if (parameter === 'id' && path.includes('/uploads/:id')) return 'upload';
  const owner = /\/(agents|channels|generated)\/:/.exec(path)?.[1];
  if (owner === undefined || parameter !== 'file') return undefined;
  if (owner === 'generated') return 'generatedFile';
  return owner === 'channels' ? 'channelFile' : 'agentFile';
}
