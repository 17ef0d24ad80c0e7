import type { ExplainedTurn } from '@app/persistence';

/** Something that happened to a turn. */
interface Happening {
  at: Date;
  what: string;
}

/** What became of a turn, in lines for a person: each moment with the milliseconds since its message was stored. */
export function turnStory(life: ExplainedTurn): string[] {
  const happened = happenings(life).sort((a, b) => a.at.getTime() - b.at.getTime());
  const begin = happened[0]?.at.getTime() ?? 0;
  const { agent, channelId, question } = life;
  const asked = question ? `message ${question.id}` : 'a message that is gone';
  return [
    `Turn ${life.id}: ${agent.name ?? agent.id} owes an answer to ${asked} in channel ${channelId}`,
    ...happened.map(({ at, what }) => `${since(at, begin)}  ${at.toISOString()}  ${what}`),
    `Now: ${standing(life)}`,
  ];
}

function happenings(life: ExplainedTurn): Happening[] {
  const { question, attempt, worker, error, createdAt } = life;
  const found: Happening[] = [];
  const note = (at: Date | string | null, what: string): void => {
    if (at !== null) found.push({ at: new Date(at), what });
  };
  note(
    question?.createdAt ?? createdAt,
    `stored as seq ${life.seq}${question ? `, said by ${question.authorName ?? 'somebody without a name'}` : ''}`,
  );
  if (life.availableAt > createdAt) note(life.availableAt, 'due again');
  const times = life.releaseNo > 1 ? `, ${life.releaseNo} times by now` : '';
  note(life.releasedAt, `released to the queue${times}`);
  note(life.startedAt, `claimed by ${worker ?? 'a worker'}, attempt ${attempt}`);
  for (const step of life.steps) note(step.createdAt, `step ${step.type}${figures(step.body)}`);
  for (const reply of life.replies) note(reply.createdAt, `reply ${reply.id} stored as seq ${reply.seq}`);
  note(life.finishedAt, `${life.state}${error === null ? '' : `: ${error}`}`);
  return found;
}

/** What may be told of a step besides its numbers: texts of messages are nobody's business here. */
const WORDS = new Set(['status', 'model', 'modelType', 'provider']);

function figures(body: Record<string, unknown>): string {
  const told = Object.entries(body).filter(
    ([name, value]) => typeof value === 'number' || (typeof value === 'string' && WORDS.has(name)),
  );
  return told.length === 0 ? '' : ` (${told.map(([name, value]) => `${name} ${String(value)}`).join(', ')})`;
}

function standing(life: ExplainedTurn): string {
  const { state, attempt, ahead, leaseUntil, inputTokens, outputTokens } = life;
  const parts = [state, `${attempt} ${attempt === 1 ? 'attempt' : 'attempts'}`];
  if (life.depth > 0) parts.push(`an agent's message asked, ${life.depth} deep`);
  if (state === 'waiting') parts.push(ahead > 0 ? `behind ${ahead} of its lane` : 'next of its lane');
  if (state === 'running' && leaseUntil) parts.push(`leased until ${leaseUntil.toISOString()}`);
  if (state === 'running' && life.stopAttempt === attempt) parts.push('asked to stop');
  if (inputTokens !== null || outputTokens !== null)
    parts.push(`${inputTokens ?? 0} tokens in, ${outputTokens ?? 0} out`);
  for (const { key, state: done } of life.effects) parts.push(`side effect ${key} ${done}`);
  return parts.join(', ');
}

function since(at: Date, begin: number): string {
  return `+${at.getTime() - begin} ms`.padStart(12);
}
