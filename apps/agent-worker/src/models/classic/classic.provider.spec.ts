import type { AgentSpec } from '../../turns/engine.js';
import type { ModelMessage, ModelPart } from '../model.js';
import { answerTo, ClassicProvider } from './classic.provider.js';

const persona = { name: 'Eliza', bio: 'A patient listener.' };
const agent: AgentSpec = {
  id: '00000000-0000-4000-8000-000000000001',
  version: 1,
  character: { name: 'Eliza', bio: ['A patient listener.', 'Born in 1966.'] },
  secrets: {},
};

/** Talks to a fresh replay for every message, as different workers would, with only the last `window` messages known. */
function talk(lines: string[], window = Infinity): string[] {
  const history: ModelMessage[] = [];
  for (const content of lines) {
    history.push({ role: 'user', content });
    history.push({ role: 'assistant', content: answerTo(history.slice(-Math.min(window, history.length)), persona) });
  }
  return history.filter(({ role }) => role === 'assistant').map(({ content }) => content);
}

const last = (lines: string[]) => talk(lines).at(-1);

async function stream(provider: ClassicProvider, messages: ModelMessage[], signal = new AbortController().signal) {
  const parts: ModelPart[] = [];
  for await (const part of provider.stream(agent, { size: 'large', system: '', messages, signal })) parts.push(part);
  return parts;
}

const textOf = (parts: ModelPart[]) => parts.map((part) => (part.kind === 'text' ? part.text : '')).join('');

describe('the classic provider', () => {
  test('holds the conversation printed in 1966', () => {
    const printed: [said: string, answered: string][] = [
      ['Men are all alike.', 'In what way?'],
      ["They're always bugging us about something or other.", 'Can you think of a specific example?'],
      ['Well, my boyfriend made me come here.', 'Your boyfriend made you come here?'],
      ["He says I'm depressed much of the time.", 'I am sorry to hear you are depressed.'],
      ["It's true. I am unhappy.", 'Do you think coming here will help you not to be unhappy?'],
      ['I need some help, that much seems certain.', 'What would it mean to you if you got some help?'],
      ['Perhaps I could learn to get along with my mother.', 'Tell me more about your family.'],
      ['My mother takes care of me.', 'Who else in your family takes care of you?'],
      ['My father.', 'Your father?'],
      ['You are like my father in some ways.', 'What resemblance do you see?'],
      [
        "You are not very aggressive but I think you don't want me to notice that.",
        'What makes you think I am not very aggressive?',
      ],
      ["You don't argue with me.", "Why do you think I don't argue with you?"],
      ['You are afraid of me.', 'Does it please you to believe I am afraid of you?'],
      ['My father is afraid of everybody.', 'What else comes to mind when you think of your father?'],
      ['Bullies.', 'Does that have anything to do with the fact that your boyfriend made you come here?'],
    ];
    expect(talk(printed.map(([said]) => said))).toEqual(printed.map(([, answered]) => answered));
  });

  test('uses the answers of a rule in rotation', () => {
    const answers = talk(Array.from({ length: 5 }, () => 'Perhaps.'));
    expect(new Set(answers.slice(0, 5)).size).toBe(5);
    expect(talk(Array.from({ length: 6 }, () => 'Perhaps.')).at(-1)).toBe(answers[0]);
  });

  test('keeps rotating when only the end of a long conversation is known', () => {
    const lines = Array.from({ length: 40 }, () => 'Perhaps.');
    expect(talk(lines, 9)).toEqual(talk(lines));
  });

  test('brings up what it remembers once, and not twice in a row', () => {
    const answers = talk([
      'My cat hates our new dog.',
      'My car will not start today.',
      'Bullies.',
      'Bullies.',
      'Bullies.',
    ]);
    expect(answers[2]).toBe('Does that have anything to do with the fact that your cat hates our new dog?');
    expect(answers[3]).toBe('I am not sure I understand you fully.');
    expect(answers[4]).toBe('Earlier you said your car will not start today.');
  });

  test('says who it is with the name and the first line of the bio', () => {
    expect(last(['Who are you?'])).toBe('I am Eliza. A patient listener.');
    expect(last(["What's your name?"])).toBe('I am Eliza. A patient listener.');
    expect(last(['Hello'])).toBe('How do you do. I am Eliza. Please state your problem.');
    expect(last(['bye'])).toContain('Eliza');
  });

  test('prefers the part of a message that says something over its greeting', () => {
    expect(last(['Hello, I am sad'])).toBe('I am sorry to hear you are sad.');
  });

  test('turns the point of view round', () => {
    expect(last(['You are the best friend I have.'])).toBe('What makes you think I am the best friend you have?');
    expect(last(['You could help me today'])).toBe('Why do you think I could help you?');
    expect(last(['What if I asked you'])).toBe("Do you think it's likely that you asked me?");
    expect(last(['I WANT YOUR ADVICE'])).toBe('What would it mean to you if you got my advice?');
  });

  test('answers whatever it is given', () => {
    const odd = [
      '',
      '   ',
      '...',
      '🙂',
      'constructor',
      '__proto__ toString',
      'i',
      'i want',
      'my',
      '=what',
      '$2',
      'a'.repeat(9_000),
    ];
    for (const answer of talk(odd)) expect(answer).toMatch(/^\p{Lu}.*[.?]$/u);
  });

  test('stays quick on long messages', () => {
    const started = performance.now();
    talk(Array.from({ length: 20 }, () => 'i think i believe i feel you '.repeat(100)));
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  test('gives the same answer on every worker, word by word, and counts words', async () => {
    const messages: ModelMessage[] = [
      { role: 'user', content: 'My boss never listens to me.' },
      { role: 'assistant', content: 'Your boss never listens to you?' },
      { role: 'user', content: 'My boss never listens to me.' },
    ];
    const [one, other] = await Promise.all([
      stream(new ClassicProvider(), messages),
      stream(new ClassicProvider(), messages),
    ]);
    expect(one).toEqual(other);
    expect(textOf(one)).toBe('Why do you say your boss never listens to you?');
    expect(one[0]).toEqual({ kind: 'text', text: 'Why ' });
    expect(one.at(-1)).toEqual({ kind: 'usage', usage: { inputTokens: 18, outputTokens: 10 } });
  });

  test('stops when it is told to', async () => {
    const controller = new AbortController();
    const running = stream(
      new ClassicProvider({ delayMs: 5_000 }),
      [{ role: 'user', content: 'Hello' }],
      controller.signal,
    );
    setTimeout(() => controller.abort(), 20);
    await expect(running).rejects.toMatchObject({ name: 'TurnFault', kind: 'cancelled' });
  });
});
