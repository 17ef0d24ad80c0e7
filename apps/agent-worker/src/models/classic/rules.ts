import { compile, type Pattern } from './pattern.js';
import type { Rule, Script } from './script.js';

export interface CompiledRule {
  id: string;
  pattern: Pattern;
  answers: readonly string[];
}

/** A script ready to be used: its rules by keyword, and the one of its memory. */
interface Rules {
  keywords: ReadonlyMap<string, readonly CompiledRule[]>;
  memory: CompiledRule;
}

const compiled = new WeakMap<Script, Rules>();

/** The rules of a script, compiled once. */
export function rulesOf(script: Script): Rules {
  const known = compiled.get(script);
  if (known) return known;
  const { memory, keywords, groups } = script;
  const ready = ({ pattern, answers }: Rule, id: string): CompiledRule => ({
    id,
    pattern: compile(pattern, groups),
    answers,
  });
  const rules = {
    keywords: new Map(
      Object.entries(keywords).map(([key, { rules }]) => [
        key,
        rules.map((rule, index) => ready(rule, `${key} ${index}`)),
      ]),
    ),
    memory: ready(memory.rule, `${memory.keyword} memory`),
  };
  compiled.set(script, rules);
  return rules;
}
