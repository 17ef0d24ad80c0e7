import { FleetError } from '@app/contracts';
import type { NextFunction, Request, Response } from 'express';

/** Deeper than anything a client means, and far from where recursive code runs out of stack. */
const MAX_DEPTH = 50;

/** Half of a character: JSON can write it down, Postgres does not store it. */
const LONE_SURROGATE = /\p{Cs}/u;

/** Keys that code written for ordinary objects trips over. */
const FOREIGN_KEYS = new Set(['__proto__', 'constructor']);

/**
 * Makes sure that a parsed JSON value can be worked with and stored.
 *
 * @throws FleetError VALIDATION_ERROR for NUL characters, halves of characters, very deep nesting and keys that
 *   belong to JavaScript
 */
export function demandSoundJson(value: unknown): void {
  const open: { value: unknown; depth: number }[] = [{ value, depth: 0 }];
  for (let next = open.pop(); next; next = open.pop()) {
    if (typeof next.value === 'string') demandSoundText(next.value);
    if (typeof next.value !== 'object' || next.value === null) continue;
    if (ArrayBuffer.isView(next.value)) throw unsound('The input must not contain binary data');
    if (next.depth > MAX_DEPTH) throw unsound(`The input is nested deeper than ${MAX_DEPTH} levels`);
    for (const [key, inner] of Object.entries(next.value)) {
      if (FOREIGN_KEYS.has(key)) throw unsound(`The input must not have a key "${key}"`);
      demandSoundText(key);
      open.push({ value: inner, depth: next.depth + 1 });
    }
  }
}

/** {@link demandSoundJson} for the body and the query of a request. */
export function soundInput(request: Request, _response: Response, next: NextFunction): void {
  demandSoundJson(request.body);
  demandSoundJson(request.query);
  next();
}

/** What stands behind a body parser: Nest would repeat a part of the body in its message, and with it perhaps a secret. */
export function unreadableBody(error: unknown, _request: Request, _response: Response, next: NextFunction): void {
  const isParserFault = (error as { type?: unknown } | null)?.type === 'entity.parse.failed';
  next(isParserFault ? new FleetError('INVALID_JSON', 'The body is not valid JSON') : error);
}

function demandSoundText(text: string): void {
  if (text.includes('\0') || LONE_SURROGATE.test(text)) {
    throw unsound('The input contains characters that cannot be stored (NUL, or half of a surrogate pair)');
  }
}

function unsound(message: string): FleetError {
  return new FleetError('VALIDATION_ERROR', message);
}
