import type { Uuid } from '@app/contracts';
import {
  isStopping,
  type Acceptance,
  type ClaimedTurn,
  type Release,
  type Revival,
  type StoppedTurn,
} from '@app/persistence';
import { brokenLanes, type TurnRow } from './lanes-invariants.js';
import type { LanesModel, ModelTurn } from './lanes-model.js';

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
function standingIn({ messageId, agentId, seq, state, attempt, head, releaseNo }: TurnRow): string {
  return String([messageId, agentId, seq, state, attempt, head, releaseNo]);
}

/** How it stands in the model. */
function standingOf({ messageId, agentId, seq, turn, head, releaseNo }: ModelTurn): string {
  return String([messageId, agentId, seq, turn.state, turn.attempt, head, releaseNo]);
}

/** What Postgres released must be what the model would have; of equally old turns it may choose. The model follows. */
export function expectReleases(releases: Release[], model: LanesModel, byId: (turnId: Uuid) => ModelTurn): void {
  const { count, certain, tied, inFlight } = model.expectRelease();
  const chosen = releases.map((release) => byId(release.turnId));
  expect(chosen).toHaveLength(count);
  expect(chosen).toEqual(expect.arrayContaining(certain));
  for (const it of chosen) if (!certain.includes(it)) expect(tied).toContain(it);
  for (const it of chosen) model.apply(it, { kind: 'release' });
  for (const release of releases) {
    const { turn, releaseNo } = byId(release.turnId);
    expect(release).toMatchObject({ attempt: turn.attempt, releaseNo });
  }
  const priorities = releases.map((release) => release.priority).sort((a, b) => a - b);
  expect(priorities).toEqual(releases.map((_, index) => inFlight + index + 1));
}

/** What is told of answers that were cancelled. */
export function expectStopped(told: StoppedTurn[], meant: ModelTurn[]): void {
  const states = meant.map(({ agentId, turn }) => `${agentId} ${isStopping(turn) ? 'stopping' : turn.state}`);
  expect(told.map(({ agentId, state }) => `${agentId} ${state}`).sort()).toEqual(states.sort());
}

/** Postgres and the model have the same turns in the same places, and no lane is out of order. */
export function expectStanding(rows: TurnRow[], { turns }: LanesModel): void {
  expect(rows.map(standingIn).sort()).toEqual(turns.map(standingOf).sort());
  expect(brokenLanes(rows)).toEqual([]);
}
