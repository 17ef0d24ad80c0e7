import type { Character, ExampleLine, Json } from '@app/contracts';
import { fillNames } from './names.js';

/** How much of each part of a character is told to the model; long parts are shown from their beginning. */
const LONGEST_PART = 6_000;
const MOST_EXAMPLES = 6;

/** What a character is, says and knows, as paragraphs of a system prompt; parts that are not there leave no trace. */
export function characterSheet(character: Character): string[] {
  const name = character.name;
  const fill = (text: string) => fillNames(text, name);
  const { style } = character;
  const parts = [
    fill(character.system?.trim() || `You are ${name}. Stay in character and answer as ${name}.`),
    section(`About ${name}`, lines(texts(character.bio).map(fill))),
    sentence(`${name} is`, texts(character.adjectives)),
    sentence(`${name} likes to talk about`, texts(character.topics)),
    section(`How ${name} writes`, lines([...texts(style?.all), ...texts(style?.chat)].map(fill))),
    section(`What ${name} knows`, lines(knowledgeOf(character.knowledge).map(fill))),
    section(`Examples of how ${name} talks`, examples(character)),
  ];
  return parts.filter((part) => part !== '');
}

function section(title: string, body: string): string {
  return body && `# ${title}\n${body.length > LONGEST_PART ? `${body.slice(0, LONGEST_PART)}…` : body}`;
}

function sentence(start: string, words: string[]): string {
  return words.length > 0 ? `${start} ${words.join(', ')}.`.slice(0, LONGEST_PART) : '';
}

function lines(texts: string[]): string {
  return texts.map((text) => `- ${text}`).join('\n');
}

/** Character files are written by people and tools of many kinds: what is no text is passed over. */
function texts(value: unknown): string[] {
  const all: unknown[] = Array.isArray(value) ? value : [value];
  return all
    .filter((text): text is string => typeof text === 'string' && text.trim() !== '')
    .map((text) => text.trim());
}

/** Snippets are told; names of files and folders are not, there are none on a worker. */
function knowledgeOf(knowledge: Json[] | undefined): string[] {
  if (!Array.isArray(knowledge)) return [];
  return knowledge.flatMap((item) => {
    if (typeof item === 'string') return looksLikePath(item) ? [] : texts(item);
    if (typeof item !== 'object' || item === null || Array.isArray(item)) return [];
    const { content, text } = item;
    if (typeof content === 'object' && content !== null && !Array.isArray(content)) return texts(content.text);
    return texts(content ?? text);
  });
}

function looksLikePath(text: string): boolean {
  return (
    /^\S+\.(md|mdx|txt|pdf|docx?|json|csv|html?)$/i.test(text.trim()) || /^(\.{0,2}|[a-z]:)[\\/]\S*$/i.test(text.trim())
  );
}

function examples({ name, messageExamples }: Character): string {
  if (!Array.isArray(messageExamples)) return '';
  return messageExamples
    .slice(0, MOST_EXAMPLES)
    .map((conversation) => (Array.isArray(conversation) ? conversation : []))
    .map((conversation) => conversation.flatMap((line) => exampleLine(line, name)).join('\n'))
    .filter((conversation) => conversation !== '')
    .join('\n\n');
}

function exampleLine(line: ExampleLine, agentName: string): string[] {
  const text = line?.content?.text?.trim();
  if (!text) return [];
  const speaker = line.name ?? line.user ?? '{{user1}}';
  return [`${fillNames(speaker, agentName)}: ${fillNames(text, agentName)}`];
}
