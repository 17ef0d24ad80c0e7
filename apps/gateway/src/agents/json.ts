import type { Json, JsonObject } from '@app/contracts';

/** Whether a value is a JSON object and not a list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Puts `change` over `base`, object by object; null deletes a key. Lists are replaced as a whole. */
export function mergeDeep(base: JsonObject, change: JsonObject): JsonObject {
  const merged = new Map<string, Json>(Object.entries(base));
  for (const [key, value] of Object.entries(change)) {
    const before = merged.get(key);
    if (value === null) merged.delete(key);
    else merged.set(key, isObject(value) ? mergeDeep(isObject(before) ? before : {}, value) : value);
  }
  return Object.fromEntries(merged);
}

/** The object without its nulls. */
export function withoutNulls(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));
}
