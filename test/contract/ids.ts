const ID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;

/** Which of our ids stand for those of a recording: learnt from answers, put into what is asked next. */
export class Ids {
  private readonly ours = new Map<string, string>();

  /** Pairs the ids that stand in the same places. What is known stays as it is. */
  learn(recorded: unknown, answered: unknown): void {
    if (typeof recorded === 'string' && typeof answered === 'string') {
      if (isId(recorded) && isId(answered) && !this.ours.has(recorded)) this.ours.set(recorded, answered);
      return;
    }
    if (typeof recorded !== 'object' || recorded === null || typeof answered !== 'object' || answered === null) return;
    for (const [key, value] of Object.entries(recorded)) this.learn(value, (answered as Record<string, unknown>)[key]);
  }

  /** The same with our ids. */
  translate<T>(recorded: T): T {
    const text = JSON.stringify(recorded).replace(ID, (id) => this.ours.get(id) ?? id);
    return JSON.parse(text) as T;
  }
}

function isId(text: string): boolean {
  return text.replace(ID, '') === '';
}
