import type { Acceptance, ClaimedTurn, Release, Revival } from '@app/persistence';
import type { TurnRow } from './lanes-invariants.js';
import type { ModelTurn } from './lanes-model.js';

/** History ends at the message to answer; behind it stands only what the agent itself has said meanwhile. */
export function expectHistory(claimed: ClaimedTurn, it: ModelTurn): void {
  const asked = claimed.history.findIndex((line) => line.id === it.messageId);
  expect(claimed.history[asked]?.seq).toBe(it.seq);
  const later = claimed.history.slice(asked + 1).map((line) => line.authorId);
  expect(later).toEqual(later.map(() => it.agentId));
  const places = claimed.history.map((line) => line.seq);
  expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
}

/** What was released with a message. */
export function releasesOf(answer: Acceptance): Release[] {
  return answer.outcome === 'channel_not_found' ? [] : answer.releases;
}

/** What an operator is told who has a turn tried anew. */
export function expectedRevival(
  { turn }: ModelTurn,
  world: { isGone: boolean; isEnabled: boolean; isMember: boolean },
): Revival {
  if (turn.state !== 'failed') return 'not_dead';
  if (world.isGone) return 'message_gone';
  if (!world.isEnabled) return 'agent_stopped';
  return world.isMember ? 'revived' : 'agent_left';
}

/** How a turn stands in Postgres, as text. */
export function standingIn({ messageId, agentId, seq, state, attempt, head, releaseNo }: TurnRow): string {
  return String([messageId, agentId, seq, state, attempt, head, releaseNo]);
}

/** How it stands in the model. */
export function standingOf({ messageId, agentId, seq, turn, head, releaseNo }: ModelTurn): string {
  return String([messageId, agentId, seq, turn.state, turn.attempt, head, releaseNo]);
}
