/**
 * What a label may say: one of these words, or at most so many different texts; what comes after those is `other`.
 * Either way the number of series is known beforehand.
 */
export type LabelRule = readonly string[] | { atMost: number };

/** The labels of a metric, by name. */
export type LabelRules = Readonly<Record<string, LabelRule>>;

/** Values for a metric's labels. */
export type LabelValues<L extends LabelRules> = {
  [K in keyof L]: L[K] extends readonly (infer Word)[] ? Word : string;
};

/** What stands for everything beyond a label's bound. */
const OTHER = 'other';

/** Keeps the values of labels within their rules. */
export class BoundedLabels<L extends LabelRules> {
  private readonly seen = new Map<string, Set<string>>();

  constructor(private readonly rules: L) {}

  get names(): string[] {
    return Object.keys(this.rules);
  }

  /** The values as they are told: one that its label has no room for becomes `other`. */
  bounded(values: LabelValues<L>): Record<string, string> {
    const told: Record<string, string> = {};
    for (const [name, rule] of Object.entries(this.rules)) {
      const value = String(values[name]);
      told[name] = this.hasRoom(name, rule, value) ? value : OTHER;
    }
    return told;
  }

  private hasRoom(name: string, rule: LabelRule, value: string): boolean {
    if (!('atMost' in rule)) return rule.includes(value);
    const seen = this.seen.get(name) ?? new Set();
    this.seen.set(name, seen);
    if (seen.size < rule.atMost) seen.add(value);
    return seen.has(value);
  }
}
