import { compile, type Pattern } from './pattern.js';
import type { Script } from './script.js';

export interface CompiledRule {
  id: string;
  pattern: Pattern;
  answers: readonly string[];
}

const compiled = new WeakMap<Script, Map<string, CompiledRule[]>>();

/** Rules by keyword, and those of the memory under "<keyword> memory"; compiled once per script. */
export function rulesOf(script: Script): Map<string, CompiledRule[]> {
  const known = compiled.get(script);
  if (known) return known;
  const { memory, keywords, groups } = script;
  const sources = [
    ...Object.entries(keywords).map(([key, { rules }]) => ({ key, rules })),
    { key: `${memory.keyword} memory`, rules: [memory.rule] },
  ];
  const rules = new Map(
    sources.map(({ key, rules }) => [
      key,
      rules.map(({ pattern, answers }, index) => ({
        id: `${key} ${index}`,
        pattern: compile(pattern, groups),
        answers,
      })),
    ]),
  );
  compiled.set(script, rules);
  return rules;
}
