type Fields = Record<string, unknown>;

/** What a recording hides: keys of secrets have no names of their own. */
const HIDDEN = '<KEY>';

/**
 * How an answer differs from a recorded one in its structure: fields that are missing, values of another type. We may
 * answer more than was recorded. What was null may be anything, and a list is as its first entry, or as its first entry
 * of the same `type` or `sourceType`.
 */
export function differences(ours: unknown, recorded: unknown, at = ''): string[] {
  if (recorded === null || recorded === undefined) return [];
  if (kindOf(ours) !== kindOf(recorded)) return [`${at || 'the body'}: ${kindOf(ours)} for ${kindOf(recorded)}`];
  if (Array.isArray(recorded)) return differencesOfLists(ours as unknown[], recorded, at);
  if (typeof recorded !== 'object') return [];
  return Object.entries(recorded as Fields)
    .filter(([key]) => key !== HIDDEN)
    .flatMap(([key, value]) => {
      const place = at ? `${at}.${key}` : key;
      return key in (ours as Fields) ? differences((ours as Fields)[key], value, place) : [`${place}: missing`];
    });
}

function differencesOfLists(ours: unknown[], recorded: unknown[], at: string): string[] {
  if (recorded.length === 0) return [];
  if (ours.length === 0) return [`${at}: empty`];
  const found = new Set<string>();
  for (const entry of firstOfEachType(recorded)) {
    const like = firstOfEachType(ours).find((one) => typeOf(one) === typeOf(entry));
    const place = typeOf(entry) === undefined ? `${at}[]` : `${at}[${typeOf(entry)}]`;
    if (like === undefined) found.add(`${place}: missing`);
    else for (const difference of differences(like, entry, place)) found.add(difference);
  }
  return [...found];
}

function firstOfEachType(list: unknown[]): unknown[] {
  const types = list.map(typeOf);
  return list.filter((_, index) => types.indexOf(types[index]) === index);
}

function typeOf(entry: unknown): string | undefined {
  const { type, sourceType = type } = (entry ?? {}) as { type?: unknown; sourceType?: unknown };
  return typeof sourceType === 'string' ? sourceType : undefined;
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'list';
  return typeof value;
}
