import type { MessageBroadcast, MessageStreamChunk, Uuid } from '@app/contracts';
import type { AnsweredTurn } from '@app/persistence';
import { OwnStreams, type Source } from './own-streams.js';
import { outcomeOf, type Outcome } from './turn-outcome.js';

/** Pieces kept while it is not known yet whose they are. */
const MOST_EARLY = 1_000;

/** How long before its end a wait looks once more, in milliseconds. */
const LAST_LOOK_MS = 500;

/** What a wait asks of the one who keeps it. */
export interface WaitKeeper {
  /** Reads the turns of the wait's message soon, and {@link TurnWait.tell}s them. */
  look(wait: TurnWait): void;
  /** Nobody waits any more. */
  end(wait: TurnWait): void;
}

/** How long somebody waits, and what he wants to hear meanwhile. */
export interface Patience {
  ms: number;
  /** Aborted when the caller went away. */
  signal?: AbortSignal;
  /** A piece of the answer; pieces may be lost, the answer itself is what counts. */
  onChunk?: (chunk: MessageStreamChunk) => void;
  /** The answer begins anew under another id: what came under this one is taken back. */
  onReset?: (messageId: Uuid) => void;
}

/** One caller's wait for the turns of one message. What it hears only makes it look; what it reads decides. */
export class TurnWait {
  /** The turns as they were last read. */
  turns: AnsweredTurn[] = [];
  messageId?: Uuid;
  private readonly streams = new OwnStreams();
  private early: MessageStreamChunk[] = [];
  private read = false;
  private readonly told = new Map<Uuid, Source>();
  private listener: Pick<Patience, 'onChunk' | 'onReset'> = {};
  private settle?: (outcome: Outcome | undefined) => void;

  constructor(
    readonly tenantId: Uuid,
    private readonly keeper: WaitKeeper,
  ) {}

  /** The outcome of the message's turns; undefined when it did not come in time or the caller went away. */
  async outcome(messageId: Uuid, { ms, signal, ...listener }: Patience): Promise<Outcome | undefined> {
    this.messageId = messageId;
    this.listener = listener;
    let timers: NodeJS.Timeout[] = [];
    const giveUp = (): void => this.giveUp();
    try {
      return await new Promise((resolve) => {
        this.settle = resolve;
        const lastLook = Math.max(ms / 2, ms - LAST_LOOK_MS);
        timers = [setTimeout(giveUp, ms), setTimeout(() => this.keeper.look(this), lastLook)];
        if (signal?.aborted) giveUp();
        signal?.addEventListener('abort', giveUp);
        this.keeper.look(this);
      });
    } finally {
      timers.forEach(clearTimeout);
      signal?.removeEventListener('abort', giveUp);
      this.settle = undefined;
      this.keeper.end(this);
    }
  }

  /** Ends the wait as if its time were over. */
  giveUp(): void {
    this.settle?.(undefined);
  }

  /** Ends a wait whose message was not accepted. */
  drop(): void {
    this.keeper.end(this);
  }

  /** Something happened in the channel. */
  hear(event: string, payload: unknown): void {
    switch (event) {
      case 'messageStreamChunk':
        return this.hearChunk(payload as MessageStreamChunk);
      case 'messageBroadcast':
        if ((payload as MessageBroadcast).inReplyTo === this.messageId) this.keeper.look(this);
        return;
      case 'messageComplete':
      case 'messageStreamError':
      case 'messageDeleted':
      case 'channelCleared':
      case 'channelDeleted':
        return this.keeper.look(this);
    }
  }

  /** The turns of the message as they are now. */
  tell(turns: AnsweredTurn[]): void {
    if (!this.settle) return;
    const outcome: Outcome | undefined =
      // With its channel the turns are gone, and so is the answer.
      turns.length === 0 && this.turns.length > 0 ? { kind: 'cancelled', turns: this.turns } : outcomeOf(turns);
    if (turns.length > 0) this.turns = turns;
    this.read = true;
    const early = this.early;
    this.early = [];
    for (const chunk of early) this.hearChunk(chunk);
    if (outcome) this.settle(outcome);
  }

  private hearChunk(chunk: MessageStreamChunk): void {
    if (!this.read) {
      if (this.early.length < MOST_EARLY) this.early.push(chunk);
      return;
    }
    const ids = this.turns.map((turn) => turn.id);
    const source = this.streams.sourceOf(chunk.messageId, ids);
    if (!this.settle || !source || !this.isLatest(source)) return;
    this.told.set(chunk.messageId, source);
    this.listener.onChunk?.(chunk);
  }

  /** Whether no later attempt of the turn has said anything. What earlier ones said is taken back. */
  private isLatest({ turnId, attempt }: Source): boolean {
    for (const [messageId, earlier] of this.told) {
      if (earlier.turnId !== turnId || earlier.attempt === attempt) continue;
      if (earlier.attempt > attempt) return false;
      this.told.delete(messageId);
      this.listener.onReset?.(messageId);
    }
    return true;
  }
}
