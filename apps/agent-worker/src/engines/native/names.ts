/** People who stand in for the nameless ones of example conversations. */
const PEOPLE = ['Alex', 'Robin', 'Sam', 'Kim', 'Noor', 'Jo', 'Mika', 'Toni'];

/**
 * Fills in the names ElizaOS characters leave open: the agent's for `{{agentName}}`, `{{agent}}`, `{{char}}` and
 * `{{name}}`, somebody's for `{{user}}`, `{{user1}}`, `{{name2}}` and so on. Other placeholders stay.
 */
export function fillNames(text: string, agentName: string): string {
  const names = /\{\{\s*(agentName|agent|char|name|user|(?:user|name)(\d{1,2}))\s*\}\}/g;
  return text.replace(names, (placeholder, word: string, number?: string) => {
    if (number === undefined && word !== 'user') return agentName;
    return PEOPLE[Math.max(Number(number ?? 1) - 1, 0) % PEOPLE.length] ?? placeholder;
  });
}

/** A name as one short line: names are chosen by people, and must not pass for instructions. */
export function plainName(name: string): string {
  return name
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, 64);
}
