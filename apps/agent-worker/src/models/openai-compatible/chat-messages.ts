import type { ModelMessage } from '../model.js';

/**
 * Messages as chat servers like them: roles alternate, beginning with a user, because some servers refuse anything
 * else. Messages of one side that follow each other become one, and names stand before what is said in groups.
 */
export function chatMessages(messages: readonly ModelMessage[]): { role: 'user' | 'assistant'; content: string }[] {
  const turns: { role: 'user' | 'assistant'; content: string }[] = [];
  for (const { role, content, name } of messages) {
    const said = name ? `${name}: ${content}` : content;
    const last = turns.at(-1);
    if (last?.role === role) last.content += `\n${said}`;
    else turns.push({ role, content: said });
  }
  if (turns[0]?.role === 'assistant') turns.unshift({ role: 'user', content: '(The conversation began earlier.)' });
  return turns;
}
