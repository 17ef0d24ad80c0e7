import type { ElizaosSource } from '@app/persistence';
import type { SecretBox } from '@app/platform';
import type { ObjectWriters } from '@app/storage';
import { moveAgents } from './agents-move.js';
import type { MoveContext } from './arrival.js';
import { ArrivingAgents, type AgentOptions } from './arriving-agents.js';
import type { ElizaosFiles } from './elizaos-files.js';
import { moveFiles } from './files-move.js';
import { moveKeepsakes } from './keepsakes-move.js';
import { moveMessages } from './messages-move.js';
import { moveChannels, moveServers } from './places-move.js';
import type { Moved } from './report.js';

/** Files to bring along, and what stores them. */
export interface FilesToMove {
  files: ElizaosFiles;
  writers: ObjectWriters;
}

/**
 * Moves what an ElizaOS installation has into a tenant: every row keeps its id, what is here already stays as it is, and
 * no agent is set to work on old messages.
 *
 * @throws CommandError
 */
export async function move(
  from: ElizaosSource,
  context: MoveContext,
  { box, files, writers, ...options }: AgentOptions & { box: SecretBox } & Partial<FilesToMove>,
): Promise<Moved> {
  const agents = new ArrivingAgents(options);
  const tallies = [
    await moveAgents(from, context, { agents, box }),
    ...(await moveServers(from, context)),
    ...(await moveChannels(from, context)),
    // Before the messages: which ones show which files is noted when they are stored.
    ...(files && writers ? [await moveFiles(files, context, writers)] : []),
    await moveMessages(from, context),
    ...(await moveKeepsakes(from, context)),
  ];
  const odd = await from.oddIds();
  return {
    tallies,
    dryRun: context.dryRun,
    ofTheProcess: [...agents.ofTheProcess].sort(),
    others: await from.others(),
    oddIds: new Map([
      ['channels', odd.get('channels') ?? 0],
      ['participants', odd.get('channel_participants') ?? 0],
      ['messages', odd.get('central_messages') ?? 0],
    ]),
  };
}
