/**
 * Orders texts as their UTF-8 bytes are ordered. UTF-16, which JavaScript compares, differs in one thing:
 * the halves of characters beyond U+FFFF come before U+E000.
 */
export function byUtf8(one, other) {
  const length = Math.min(one.length, other.length);
  for (let at = 0; at < length; at++) {
    const a = one.charCodeAt(at);
    const b = other.charCodeAt(at);
    if (a !== b) return rank(a) - rank(b);
  }
  return one.length - other.length;
}

const rank = (unit) => (unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit);

/**
 * One page of a listing. Keys that share what stands before the next delimiter are rolled up into one prefix.
 * @param {string[]} sortedKeys
 * @param {{ prefix: string, delimiter: string, after: string, limit: number }} wish `after` is a key or a rolled-up
 *   prefix, where the last page ended
 * @returns {{ keys: string[], prefixes: string[], next?: string }} `next` is set when there is more
 */
export function listPage(sortedKeys, { prefix, delimiter, after, limit }) {
  const keys = [];
  const prefixes = [];
  let last = after;
  if (limit === 0) return { keys, prefixes };
  for (let at = firstAt(sortedKeys, prefix); at < sortedKeys.length; at++) {
    const key = sortedKeys[at];
    if (!key.startsWith(prefix)) break;
    const rolledUp = rollUp(key, prefix, delimiter);
    const seen = byUtf8(key, after) <= 0 || (rolledUp !== undefined && rolledUp === last);
    if (seen) continue;
    if (keys.length + prefixes.length === limit) return { keys, prefixes, next: last };
    if (rolledUp === undefined) keys.push(key);
    else prefixes.push(rolledUp);
    last = rolledUp ?? key;
  }
  return { keys, prefixes };
}

function rollUp(key, prefix, delimiter) {
  const end = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
  return end < 0 ? undefined : key.slice(0, end + delimiter.length);
}

function firstAt(sortedKeys, text) {
  let low = 0;
  let high = sortedKeys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (byUtf8(sortedKeys[middle], text) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
