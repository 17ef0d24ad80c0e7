import type { Uuid } from '@app/contracts';
import { isFinal, isInFlight, NEW_TURN, next, type Turn, type TurnEvent } from '@app/persistence';

/** A turn in its lane, as the model knows it. */
export interface ModelTurn {
  channelId: Uuid;
  agentId: Uuid;
  messageId: Uuid;
  seq: number;
  depth: number;
  turn: Turn;
  head: boolean;
  releaseNo: number;
  /** Rises with the moment it became due; equal for turns of one message. */
  due: number;
}

/** What a release may hand out: so many of the earliest that are due. */
export interface Expected {
  count: number;
  /** Those that must be among them, and those of which the rest is taken. */
  certain: ModelTurn[];
  tied: ModelTurn[];
  inFlight: number;
}

/** Lanes over the pure turn machine: one head per lane, in the order of seq; at most `share` turns in flight. */
export class LanesModel {
  readonly turns: ModelTurn[] = [];
  private clock = 0;

  constructor(readonly share: number) {}

  /** Agents owe an answer to a message. */
  owe(agents: Uuid[], about: Pick<ModelTurn, 'channelId' | 'messageId' | 'seq' | 'depth'>): void {
    const due = ++this.clock;
    for (const agentId of agents) {
      const head = !this.headOf(agentId, about.channelId);
      this.turns.push({ ...about, agentId, turn: NEW_TURN, head, releaseNo: 0, due });
    }
  }

  /** Something happens to a turn; when it is over, the next of its lane comes forward. Answers whether it applied. */
  apply(it: ModelTurn, event: TurnEvent): boolean {
    const after = next(it.turn, event);
    if (after === it.turn) return false;
    it.turn = after;
    if (event.kind === 'release') it.releaseNo++;
    if (event.kind === 'settle' && event.result === 'retry') it.due = ++this.clock;
    if (it.head && isFinal(after.state)) {
      it.head = false;
      this.promote(it.agentId, it.channelId);
    }
    return true;
  }

  /** A failed turn goes back into its lane: before a later one that nobody has been given, behind one in flight. */
  revive(it: ModelTurn): void {
    const head = this.headOf(it.agentId, it.channelId);
    if (head?.turn.state === 'waiting' && head.seq > it.seq) head.head = false;
    it.head = !this.headOf(it.agentId, it.channelId);
    it.turn = next(it.turn, { kind: 'revive' });
    it.due = ++this.clock;
  }

  /** Cancels all these, and only then brings lanes forward. */
  cancel(these: (it: ModelTurn) => boolean): void {
    const chosen = this.turns.filter((it) => these(it) && !isFinal(it.turn.state));
    for (const it of chosen) {
      it.turn = next(it.turn, { kind: 'cancel' });
      it.head = false;
    }
    for (const it of chosen) this.promote(it.agentId, it.channelId);
  }

  /** What a release must hand out now. */
  expectRelease(): Expected {
    const inFlight = this.turns.filter((it) => isInFlight(it.turn.state)).length;
    const due = this.turns.filter((it) => it.head && it.turn.state === 'waiting').sort((a, b) => a.due - b.due);
    const count = Math.min(due.length, Math.max(0, this.share - inFlight));
    const last = due[count - 1]?.due ?? -1;
    const tied = due.filter((it) => it.due === last);
    return { count, certain: due.filter((it) => it.due < last), tied, inFlight };
  }

  private headOf(agentId: Uuid, channelId: Uuid): ModelTurn | undefined {
    return this.turns.find((it) => it.head && it.agentId === agentId && it.channelId === channelId);
  }

  private promote(agentId: Uuid, channelId: Uuid): void {
    if (this.headOf(agentId, channelId)) return;
    const first = this.turns
      .filter((it) => it.agentId === agentId && it.channelId === channelId && !isFinal(it.turn.state))
      .sort((a, b) => a.seq - b.seq)[0];
    if (first) first.head = true;
  }
}
