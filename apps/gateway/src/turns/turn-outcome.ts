import { FleetError, type Uuid } from '@app/contracts';
import { isFinal, type AnsweredTurn, type TurnReply } from '@app/persistence';

/** What became of a message, as far as its turns decide it. */
export type Outcome =
  /** The first answer. Where several agents owe one, others may still follow. */
  | { kind: 'answered'; turn: AnsweredTurn; reply: TurnReply }
  /** Every agent decided not to answer. */
  | { kind: 'silent' }
  | { kind: 'failed' | 'cancelled'; turns: AnsweredTurn[] }
  /** No agent owed an answer. */
  | { kind: 'unowed' };

/** The outcome of these turns, all of one message; undefined while it is open. */
export function outcomeOf(turns: AnsweredTurn[]): Outcome | undefined {
  if (turns.length === 0) return { kind: 'unowed' };
  const answers = turns.flatMap((turn) => turn.replies.map((reply) => ({ kind: 'answered' as const, turn, reply })));
  const [first] = answers.sort((a, b) => a.reply.seq - b.reply.seq);
  if (first) return first;
  if (!turns.every((turn) => isFinal(turn.state))) return undefined;
  if (turns.some((turn) => turn.state === 'completed')) return { kind: 'silent' };
  return { kind: turns.some((turn) => turn.state === 'failed') ? 'failed' : 'cancelled', turns };
}

/** Where a reply is to be fetched that did not come in time. */
export interface Question {
  channelId: Uuid;
  messageId: Uuid;
  /** When it was asked, in epoch milliseconds. */
  askedAt: number;
}

/** What callers hear of an outcome without an answer; undefined for the outcome of a wait that ran out of time. */
export function withoutAnswer(
  outcome: Exclude<Outcome, { kind: 'answered' | 'silent' }> | undefined,
  question: Question,
  turns: AnsweredTurn[],
): FleetError {
  const { channelId, messageId, askedAt } = question;
  const details = { messageId, channelId, turnIds: turns.map((turn) => turn.id) };
  if (outcome?.kind === 'unowed') return new FleetError('NO_AGENT', 'No agent found in channel participants', details);
  if (outcome?.kind === 'failed') {
    const failed = outcome.turns.find((turn) => turn.state === 'failed');
    const code = failed?.errorKind === 'quota' ? 'QUOTA_EXCEEDED' : 'TURN_FAILED';
    return new FleetError(code, failed?.error ?? 'The answer failed', details);
  }
  if (outcome) return new FleetError('TURN_CANCELLED', 'The answer was cancelled', details);
  const fetch = { method: 'GET', path: `/api/messaging/channels/${channelId}/messages?after=${askedAt}` };
  return new FleetError('TURN_TIMEOUT', 'The answer takes longer than this request may; it can be fetched later', {
    ...details,
    fetch,
  });
}
