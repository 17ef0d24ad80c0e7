import { doctor } from './doctor.js';
import { match } from './pattern.js';
import { rulesOf } from './rules.js';
import { NEXT_KEYWORD, type Script } from './script.js';
import { clausesOf, turnRound, type Word } from './sentence.js';

/** Who speaks: what `{name}` and `{bio}` stand for in a script. */
export interface Persona {
  name: string;
  bio: string;
}

/** A sentence worth answering, with its keywords, the most important first. */
interface Sentence {
  words: Word[];
  keywords: string[];
  rank: number;
}

const LONGEST_MEMORY = 20;
const FEWEST_WORDS_TO_REMEMBER = 3;
const NOTHING = 'none';

/**
 * One conversation with ELIZA. Everything it knows (the place in each rotation, what it remembers) comes from the
 * messages it is given, in order; where it is told what was in fact answered, it reads its place off that answer, so
 * that it carries on rightly even when only the last part of a long conversation is given.
 */
export class Conversation {
  private readonly places = new Map<string, number>();
  private readonly remembered: string[] = [];
  private recalledLast = false;

  constructor(
    private readonly persona: Persona,
    private readonly script: Script = doctor,
  ) {}

  /** Hears a message and answers it. `said` is the answer it was given at the time, if it was. */
  hear(text: string, said?: string): string {
    const sentence = this.sentenceOf(text);
    if (!sentence) return this.withoutKeyword(said);
    const { words, keywords } = sentence;
    if (said !== undefined && keywords.some((key) => this.recognise([key], words, said))) {
      this.remember(sentence);
      return said;
    }
    const answer = this.firstAnswer(keywords, words) ?? this.withoutKeyword(said);
    this.remember(sentence);
    return answer;
  }

  private sentenceOf(text: string): Sentence | undefined {
    let best: Sentence | undefined;
    for (const words of clausesOf(text, this.script)) {
      const known = words.map((word) => word.key).filter((key) => rulesOf(this.script).keywords.has(key));
      const keywords = [...new Set(known)].sort((a, b) => this.rank(b) - this.rank(a));
      const [foremost] = keywords;
      if (foremost === undefined) continue;
      const rank = this.rank(foremost);
      if (!best || rank > best.rank) best = { words, keywords, rank };
    }
    return best;
  }

  private rank(key: string): number {
    return this.script.keywords[key]?.rank ?? 0;
  }

  private firstAnswer(keywords: readonly string[], words: readonly Word[]): string | undefined {
    for (const key of keywords) {
      const answer = this.choose([key], words);
      if (answer !== undefined) return answer;
    }
    return undefined;
  }

  /**
   * The next answer in the rotation of the first rule that fits.
   *
   * @param path the keyword, after it those that led to it
   */
  private choose(path: readonly string[], words: readonly Word[]): string | undefined {
    const [key = '', ...visited] = path;
    if (visited.includes(key)) return undefined;
    for (const { id, answers, captures } of this.fitting(key, words)) {
      for (const [slot, template] of this.rotation(id, answers)) {
        if (template === NEXT_KEYWORD) return undefined;
        const answer = template.startsWith('=')
          ? this.choose([template.slice(1), ...path], words)
          : this.fill(template, captures);
        if (answer === undefined) continue;
        this.places.set(id, slot + 1);
        return answer;
      }
    }
    return undefined;
  }

  /** Whether `said` is an answer to this keyword; if so, the rotation goes on from there. */
  private recognise(path: readonly string[], words: readonly Word[], said: string): boolean {
    const [key = '', ...visited] = path;
    if (visited.includes(key)) return false;
    for (const { id, answers, captures } of this.fitting(key, words)) {
      for (const [slot, template] of this.rotation(id, answers)) {
        const found = template.startsWith('=')
          ? this.recognise([template.slice(1), ...path], words, said)
          : template !== NEXT_KEYWORD && this.fill(template, captures) === said;
        if (!found) continue;
        this.places.set(id, slot + 1);
        return true;
      }
    }
    return false;
  }

  private *fitting(key: string, words: readonly Word[]) {
    for (const { id, pattern, answers } of rulesOf(this.script).keywords.get(key) ?? []) {
      const captures = match(pattern, words);
      if (captures) yield { id, answers, captures: captures.map((capture) => turnRound(capture, this.script)) };
    }
  }

  /** The answers of a rule with their slots, beginning with the one whose turn it is. */
  private rotation(id: string, answers: readonly string[]): [slot: number, answer: string][] {
    const next = (this.places.get(id) ?? 0) % answers.length;
    const slots = [...answers.entries()];
    return [...slots.slice(next), ...slots.slice(0, next)];
  }

  /** Undefined when the sentence leaves a part of the answer empty. */
  private fill(template: string, captures: readonly string[]): string | undefined {
    let whole = true;
    const text = template.replace(/\$(\d)|\{(name|bio)\}/g, (_, number?: string, trait?: 'name' | 'bio') => {
      const words = trait ? this.persona[trait] : captures[Number(number) - 1];
      if (!words && !trait) whole = false;
      return words ?? '';
    });
    const tidy = text.replace(/\s+/g, ' ').trim();
    return whole ? tidy.charAt(0).toUpperCase() + tidy.slice(1) : undefined;
  }

  private remember({ keywords, words }: Sentence): void {
    const { keyword } = this.script.memory;
    if (keywords[0] !== keyword) return;
    const { memory } = rulesOf(this.script);
    const fragment = match(memory.pattern, words)?.[1] ?? [];
    const text = turnRound(fragment, this.script);
    if (fragment.length < FEWEST_WORDS_TO_REMEMBER || this.remembered.includes(text)) return;
    this.remembered.push(text);
    if (this.remembered.length > LONGEST_MEMORY) this.remembered.shift();
  }

  private withoutKeyword(said: string | undefined): string {
    const recalled = this.recall(said);
    this.recalledLast = recalled !== undefined;
    if (recalled !== undefined) return recalled;
    const rotation = this.rotation(NOTHING, this.script.none);
    const [slot, answer] = rotation.find(([, known]) => known === said) ?? rotation[0]!;
    this.places.set(NOTHING, slot + 1);
    return answer;
  }

  /** Brings up the oldest thing remembered, but never twice in a row; what was said overrules what would be. */
  private recall(said: string | undefined): string | undefined {
    const { memory } = rulesOf(this.script);
    for (const [index, text] of this.remembered.entries()) {
      for (const [slot, template] of this.rotation(memory.id, memory.answers)) {
        const answer = this.fill(template, ['', text]);
        if (answer === undefined || (said === undefined ? this.recalledLast : answer !== said)) continue;
        this.places.set(memory.id, slot + 1);
        this.remembered.splice(index, 1);
        return answer;
      }
    }
    return undefined;
  }
}
