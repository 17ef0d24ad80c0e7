import { setTimeout as delay } from 'node:timers/promises';
import { replyId, type JsonObject, type TurnJob } from '@app/contracts';
import {
  isSpent,
  quotaExceeded,
  type TurnPath,
  type ClaimedTurn,
  type Settled,
  type Settlement,
} from '@app/persistence';
import { errorAnswer, type SecretBox, type Logger } from '@app/platform';
import type { MadeFiles } from '../files/made-files.js';
import type { Usage } from '../models/model.js';
import { TurnFault, type TurnFaultKind, type TurnOutcome, type TurnReply } from './engine.js';
import type { HeldTurns, Hold } from './held-turns.js';
import type { ReplyStream } from './reply-stream.js';
import { CANCELLED, type TurnAnnouncer } from './turn-announcer.js';
import { askedAt, turnInput } from './turn-input.js';
import { runLog, type AttemptTrace } from './run-log.js';
import { claimsMissed, noteBrokenOff, noteClaimed, noteSettled, turnFaults, turnStages } from './turn-metrics.js';
import type { TurnRunner } from './turn-runner.js';

/** How attempts are repeated and their words sent. */
export interface TurnTakerConfig {
  maxAttempts: number;
  /** Before the second attempt; doubles with each further one. In milliseconds. */
  retryMs: number;
  chunkIntervalMs: number;
}

/** Whom a worker works with. */
export interface TurnTakerParts {
  path: TurnPath;
  held: HeldTurns;
  runner: TurnRunner;
  files: MadeFiles;
  announcer: TurnAnnouncer;
  secrets: SecretBox;
  logger: Logger;
}

const NO_USAGE = { inputTokens: 0, outputTokens: 0 };
const LONGEST_RETRY_MS = 30_000;
/** A settlement that Postgres did not take is tried again so often; after that the lease runs out. */
const SETTLE_TRIES = 4;

/** Takes turns from the queue: claims, runs, settles, announces, and hands on what may start next. */
export class TurnTaker {
  constructor(
    private readonly parts: TurnTakerParts,
    private readonly config: TurnTakerConfig,
  ) {}

  /** One job of the queue. A turn that is not to be had is somebody else's or over: such a job is dropped. */
  async take({ tenantId, turnId }: TurnJob): Promise<void> {
    const claimedAt = performance.now();
    const [whole, claiming] = [turnStages.begin(), turnStages.begin()];
    const claimed = await this.parts.path.claim(tenantId, turnId);
    if (!claimed) return claimsMissed.add({});
    claiming({ stage: 'claim' });
    noteClaimed(claimed);
    const hold = this.parts.held.hold(claimed, claimedAt);
    try {
      for (let earlier = 1; earlier < claimed.attempt; earlier++)
        await this.parts.announcer.endStream(claimed, earlier);
      await this.attempt(claimed, hold);
    } finally {
      this.parts.held.release(hold);
      whole({ stage: 'whole' });
    }
  }

  private async attempt(claimed: ClaimedTurn, hold: Hold): Promise<void> {
    const place = { ...hold, channelId: claimed.channel.id, agentId: claimed.agent.id, askedAt: askedAt(claimed) };
    const stream = this.parts.announcer.stream(place, this.config.chunkIntervalMs);
    const trace: AttemptTrace = { startedAt: Date.now(), uses: [] };
    const ended = await this.answer(claimed, hold, { stream, trace });
    if (!ended) return this.brokenOff(claimed, hold, stream);
    const settlement = { ...ended, log: runLog(claimed, ended, trace) };
    const settling = turnStages.begin();
    const settled = await this.settleSurely(hold, settlement);
    settling({ stage: 'settle' });
    if (settled.outcome === 'settled') {
      noteSettled(claimed, settlement);
      this.report(claimed, settlement);
      const announcing = turnStages.begin();
      await this.parts.announcer.settled(claimed, settlement, settled);
      return announcing({ stage: 'announce' });
    }
    if (settled.outcome === 'cancelled') return this.parts.announcer.notAgain(claimed, settled.releases);
    this.parts.logger.warn(
      { tenantId: hold.tenantId, turnId: hold.turnId },
      'A turn was taken away before it was done',
    );
    await this.brokenOff(claimed, hold, stream);
  }

  /** Runs the engine and answers how the attempt ends; undefined when nobody waits for its answer any more. */
  private async answer(
    claimed: ClaimedTurn,
    hold: Hold,
    { stream, trace: { uses } }: { stream: ReplyStream; trace: AttemptTrace },
  ): Promise<Settlement | undefined> {
    const usage = { inputTokens: 0, outputTokens: 0 };
    let settlement: Settlement;
    try {
      if (claimed.usedUp) throw new TurnFault('quota', quotaExceeded(claimed.usedUp).message);
      const input = turnInput(claimed, this.parts.secrets);
      const running = turnStages.begin();
      const outcome = await this.parts.runner
        .run(input, { signal: hold.signal, stream, usage, uses })
        .then((made) => this.parts.files.kept(input, made, hold.signal))
        .finally(() => running({ stage: 'run' }));
      if (hold.reason === undefined) stream.end();
      settlement = completed(claimed, outcome, usage);
      // A model may end its words at once when it is broken off, and say nothing of it.
      if (hold.reason === 'stopped') settlement = markedCancelled(settlement);
    } catch (error) {
      const begun = stream.begun();
      stream.drop();
      const isStopped = hold.reason === 'stopped';
      settlement = { ...(isStopped ? stopped(claimed, begun) : this.afterFault(claimed, hold, error)), usage };
    }
    return hold.reason === 'lost' || hold.reason === 'cancelled' ? undefined : settlement;
  }

  /** One line for the log of the tenant. */
  private report({ tenantId, turnId, attempt, agent, channel }: ClaimedTurn, { result, replies }: Settlement): void {
    if (result !== 'completed') return; // a fault was logged where it was met
    const about = {
      tenantId,
      turnId,
      attempt,
      agentId: agent.id,
      agentName: agent.character.name,
      channelId: channel.id,
    };
    this.parts.logger.info({ ...about, replies: replies.length }, 'A turn was answered');
  }

  /** A cancelled turn's listeners are told; of a lost one they hear from whoever has it now. */
  private async brokenOff(claimed: ClaimedTurn, hold: Hold, stream: ReplyStream): Promise<void> {
    const known = hold.reason === 'stopped' ? undefined : hold.reason;
    const state = known ?? (await this.parts.path.renew([hold])).get(hold.turnId);
    const { tenantId, turnId, attempt } = hold;
    this.parts.logger.info({ tenantId, turnId, attempt, state }, 'An answer was broken off');
    noteBrokenOff(state === 'cancelled');
    if (state !== 'cancelled') return;
    await stream.breakOff('The answer was cancelled');
    await this.parts.announcer.complete(claimed, askedAt(claimed));
  }

  private afterFault(claimed: ClaimedTurn, hold: Hold, error: unknown): Settlement {
    if (hold.reason === 'shutdown') return { result: 'retry', replies: [], usage: NO_USAGE, retryInMs: 0 };
    if (hold.reason === 'deadline') {
      turnFaults.add({ kind: 'timeout' });
      return failed('timeout', 'The answer took too long');
    }
    const kind = kindOf(error);
    turnFaults.add({ kind });
    const message = error instanceof TurnFault ? error.message : 'Something went wrong on our side';
    const { tenantId, turnId, attempt } = claimed;
    const about = { agentId: claimed.agent.id, agentName: claimed.agent.character.name, channelId: claimed.channel.id };
    const log = { err: error, tenantId, turnId, attempt, ...about, kind };
    if (kind === 'world' && !isSpent(claimed, this.config.maxAttempts)) {
      const wait = Math.min(this.config.retryMs * 2 ** (attempt - claimed.attemptsBefore - 1), LONGEST_RETRY_MS);
      const retryInMs = Math.round(wait * (0.75 + Math.random() / 2));
      this.parts.logger.warn({ ...log, retryInMs }, 'A turn failed; it is tried again');
      return { ...failed(kind, message), result: 'retry', retryInMs };
    }
    if (kind === 'bug') this.parts.logger.error(log, 'A turn failed through a fault of ours');
    else this.parts.logger.warn(log, 'A turn failed');
    return failed(kind, message);
  }

  /** Settling twice does no harm: the second finds the lease gone. A first whose answer was lost then counts as lost. */
  private async settleSurely(hold: Hold, settlement: Settlement): Promise<Settled> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.parts.path.settle(hold, settlement);
      } catch (error) {
        if (tries >= SETTLE_TRIES) throw error;
        this.parts.logger.warn(
          { err: error, tenantId: hold.tenantId, turnId: hold.turnId },
          'Could not settle; trying again',
        );
        await delay(100 * 2 ** tries);
      }
    }
  }
}

function completed(claimed: ClaimedTurn, { replies }: Pick<TurnOutcome, 'replies'>, usage: Usage): Settlement {
  return {
    result: 'completed',
    usage,
    replies: replies.map((reply) => ({
      id: replyId(claimed.turnId, claimed.attempt, reply.ordinal),
      content: reply.text,
      metadata: metadataOf(claimed, reply),
      raw: rawOf(reply),
    })),
  };
}

/** Somebody wanted no more of the answer: what was said by then is kept, and marked. */
function stopped(claimed: ClaimedTurn, begun: Map<number, string>): Settlement {
  const replies = [...begun].filter(([, text]) => text.trim() !== '').map(([ordinal, text]) => ({ ordinal, text }));
  return markedCancelled(completed(claimed, { replies }, NO_USAGE));
}

function markedCancelled(settlement: Settlement): Settlement {
  const replies = settlement.replies.map((reply) => ({ ...reply, metadata: { ...reply.metadata, cancelled: true } }));
  return { ...settlement, result: 'cancelled', replies, error: { kind: 'cancelled', message: CANCELLED } };
}

/** What ElizaOS keeps beside a reply. */
function metadataOf({ agent, channel }: ClaimedTurn, { attachments }: TurnReply): JsonObject {
  const metadata: JsonObject = { agent_id: agent.id, agentName: agent.character.name, channelType: channel.type };
  if (channel.type === 'DM') metadata['isDm'] = true;
  if (attachments) metadata['attachments'] = attachments;
  return metadata;
}

function rawOf({ text, thought, actions = ['REPLY'] }: TurnReply): JsonObject {
  return { text, actions, ...(thought === undefined ? {} : { thought }) };
}

function failed(kind: TurnFaultKind | 'timeout', message: string): Settlement {
  return { result: 'failed', replies: [], usage: NO_USAGE, error: { kind, message } };
}

/** A store that is away is the world's fault, whatever threw. */
function kindOf(error: unknown): TurnFaultKind {
  if (error instanceof TurnFault) return error.kind;
  return errorAnswer(error).status === 503 ? 'world' : 'bug';
}
