/** People who stand in for the nameless ones of example conversations. */
const PEOPLE = ['Alex', 'Robin', 'Sam', 'Kim', 'Noor', 'Jo', 'Mika', 'Toni'];

/**
 * Fills in the names ElizaOS characters leave open: the agent's for `{{agentName}}`, `{{agent}}`, `{{char}}` and
 * `{{name}}`, somebody's for `{{user}}`, `{{user1}}`, `{{name2}}` and so on. Other placeholders stay.
 */
export function fillNames(text: string, agentName: string): string {
  return text.replace(/\{\{\s*(agentName|agent|char|name|user|(?:user|name)(\d{1,2}))\s*\}\}/g, (_, word, number) => {
    if (number !== undefined) return PEOPLE[Math.max(Number(number) - 1, 0) % PEOPLE.length];
    return word === 'user' ? PEOPLE[0] : agentName;
  });
}

/** A name as one short line: names are chosen by people, and must not pass for instructions. */
export function plainName(name: string): string {
  return name
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, 64);
}
