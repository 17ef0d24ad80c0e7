import type { Character } from '@app/contracts';
import type { AgentSpec } from '../../turns/engine.js';
import type { ModelMessage, ModelPart, ModelProvider, ModelRequest } from '../model.js';
import { pause } from '../pause.js';
import { Conversation, type Persona } from './conversation.js';

const LONGEST_REPLAY = 100;
const LONGEST_BIO = 200;

/**
 * ELIZA of 1966: answers without a key, a network or a model, so that a fresh installation has somebody to talk to.
 * It keeps nothing between turns: the conversation given with the request is heard again from its start, hence every
 * worker gives the same answer.
 */
export class ClassicProvider implements ModelProvider {
  readonly name = 'classic';

  constructor(private readonly options: { delayMs?: number } = {}) {}

  async *stream(agent: AgentSpec, request: ModelRequest): AsyncIterable<ModelPart> {
    const messages = request.messages.slice(-LONGEST_REPLAY);
    const answer = answerTo(messages, personaOf(agent.character));
    const words = answer.match(/\S+\s*/g) ?? [];
    for (const text of words) {
      await pause(this.options.delayMs ?? 0, request.signal);
      yield { kind: 'text', text };
    }
    // A script has no tokens; the words it read and wrote are the nearest honest number.
    yield { kind: 'usage', usage: { inputTokens: countWords(messages), outputTokens: words.length } };
  }
}

/** What ELIZA says to the last message, having heard the ones before it. */
export function answerTo(messages: readonly ModelMessage[], persona: Persona): string {
  const conversation = new Conversation(persona);
  const last = messages.findLastIndex((message) => message.role === 'user');
  for (const [index, message] of messages.slice(0, Math.max(last, 0)).entries()) {
    if (message.role !== 'user') continue;
    const next = messages[index + 1];
    conversation.hear(message.content, next?.role === 'assistant' ? next.content : undefined);
  }
  return conversation.hear(messages[last]?.content ?? '');
}

/** The name and the first line of the bio; a very long line ends at a word. */
function personaOf(character: Character): Persona {
  const bio = Array.isArray(character.bio) ? character.bio[0] : character.bio;
  const [first = ''] = (bio ?? '').trim().split('\n', 1);
  const line = first.trim();
  const short = line.length > LONGEST_BIO ? `${line.slice(0, LONGEST_BIO).replace(/\s+\S*$/, '')}…` : line;
  return { name: character.name, bio: short };
}

function countWords(messages: readonly ModelMessage[]): number {
  return messages.reduce((sum, { content }) => sum + content.split(/\s+/).filter(Boolean).length, 0);
}
