import type { ModelCall } from '../../models/model.js';
import type { TurnInput } from '../../turns/engine.js';
import { characterSheet } from './character-sheet.js';
import { historyOf, isGroup } from './history.js';
import { plainName } from './names.js';

const MOST_PEOPLE = 30;

/**
 * What the model is asked for a turn: the character as the system prompt, the channel as the conversation. The parts
 * that seldom change come first, because providers charge less for a beginning they have seen before.
 */
export function promptFor(turn: TurnInput, now: Date): ModelCall {
  const { character } = turn.agent;
  const system = [...characterSheet(character), placeOf(turn), timeOf(now)].join('\n\n');
  const { temperature, maxTokens, maxOutputTokens } = character.settings ?? {};
  return {
    size: 'large',
    system,
    messages: historyOf(turn),
    temperature: within(temperature, 0, 2),
    maxTokens: within(maxTokens ?? maxOutputTokens, 1, 1_000_000),
  };
}

function placeOf(turn: TurnInput): string {
  const own = plainName(turn.agent.character.name);
  const others = turn.snapshot.participants
    .filter(({ id }) => id !== turn.agent.id)
    .map(({ name, agent }) => `${plainName(name ?? '') || 'somebody'}${agent ? ' (an agent)' : ''}`);
  const people = [...new Set(others)].slice(0, MOST_PEOPLE).join(', ');
  if (!isGroup(turn)) {
    return `# Where you are\nA private conversation with ${people || plainName(turn.message.authorName) || 'one person'}.`;
  }
  return [
    '# Where you are',
    `The channel "${plainName(turn.channel.name)}", with ${people || 'others'}.`,
    `What others say begins with their name. Answer as ${own}, without a name before your answer.`,
  ].join('\n');
}

function timeOf(now: Date): string {
  return `It is ${now.toISOString().slice(0, 16).replace('T', ' ')} UTC.`;
}

function within(value: unknown, least: number, most: number): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && number >= least && number <= most ? number : undefined;
}
