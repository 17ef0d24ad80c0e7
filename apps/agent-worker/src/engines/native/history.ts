import type { JsonObject } from '@app/contracts';
import type { ModelMessage } from '../../models/model.js';
import type { ChannelMessage, TurnInput } from '../../turns/engine.js';
import { plainName } from './names.js';

const MOST_MESSAGES = 40;
const MOST_CHARACTERS = 24_000;
const PRIVATE_CHANNELS = ['DM', 'VOICE_DM', 'SELF', 'API'];

/**
 * The recent messages of the channel for the model, ending with the one to answer. Own replies are always shown;
 * what others said after the answered message is not, so that each message gets an answer of its own.
 */
export function historyOf(turn: TurnInput): ModelMessage[] {
  const { message } = turn;
  const before = turn.snapshot.messages.filter(({ id, own, seq }) => id !== message.id && (own || seq < message.seq));
  const group = isGroup(turn);
  return recent([...before, message]).map((entry) => {
    const content = contentOf(entry);
    if (entry.own) return { role: 'assistant', content };
    return { role: 'user', content, ...(group ? { name: plainName(entry.authorName) || 'Somebody' } : {}) };
  });
}

/** Whether more than one other voice can be heard in the channel. */
export function isGroup({ channel, snapshot }: TurnInput): boolean {
  return !PRIVATE_CHANNELS.includes(channel.type.toUpperCase()) || snapshot.participants.length > 2;
}

/** As many of the last messages as there is room for; the last one always. */
function recent(messages: ChannelMessage[]): ChannelMessage[] {
  const shown: ChannelMessage[] = [];
  let room = MOST_CHARACTERS;
  for (const message of messages.slice(-MOST_MESSAGES).reverse()) {
    const content = contentOf(message);
    room -= content.length;
    if (shown.length > 0 && room < 0) break;
    if (content !== '' || shown.length === 0) shown.unshift(message);
  }
  return shown;
}

function contentOf({ text, attachments }: ChannelMessage): string {
  const notes = attachments.map((attachment) => `[attached: ${titleOf(attachment)}]`);
  return [text.trim() === '' ? '' : text, ...notes].filter((part) => part !== '').join('\n');
}

function titleOf({ title, contentType }: JsonObject): string {
  if (typeof title === 'string' && title !== '') return plainName(title);
  return typeof contentType === 'string' && contentType !== '' ? plainName(contentType) : 'a file';
}
