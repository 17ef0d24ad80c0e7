import type { TurnFaultKind } from '../turns/engine.js';

/** What a message tells the scripted provider to do, in words such as `#latency=500`. */
export interface Directives {
  /** `#latency=ms`: time to the first chunk. */
  latencyMs?: number;
  /** `#chunks=n`: how many chunks the reply comes in. */
  chunks?: number;
  /** `#tps=n`: tokens per second; 0 is at once. */
  tokensPerSecond?: number;
  /** `#fail=world|caller|bug`, or `#fail=world:2` for the first two attempts only. */
  fail?: { kind: TurnFaultKind; attempts: number };
  /** `#after=n`: `#fail` and `#hang` come after n chunks instead of before the first. */
  after?: number;
  /** `#hang`: nothing more until the turn is cancelled. */
  hang?: boolean;
  /** `#silent`: an empty answer. */
  silent?: boolean;
  /** `#reply=…`: this text, to the end of the message. */
  reply?: string;
}

const KINDS: readonly TurnFaultKind[] = ['world', 'caller', 'bug'];

/** Reads the directives of a message; words it does not know are left alone. */
export function parseDirectives(text: string): Directives {
  const [, instructions, reply] = /^(.*?)(?:#reply=(.*))?$/su.exec(text) ?? [];
  const found: Directives = reply === undefined ? {} : { reply };
  for (const [, word = '', value] of (instructions ?? '').matchAll(/(?<=^|\s)#([a-z]+)(?:=(\S+))?(?=\s|$)/g)) {
    Object.assign(found, directive(word, value));
  }
  return found;
}

function directive(word: string, value: string | undefined): Directives {
  if (word === 'hang') return { hang: true };
  if (word === 'silent') return { silent: true };
  if (word === 'fail') return { fail: parseFailure(value ?? 'world') };
  const number = Number(value);
  if (value === undefined || !Number.isFinite(number) || number < 0) return {};
  if (word === 'latency') return { latencyMs: number };
  if (word === 'chunks') return { chunks: number };
  if (word === 'tps') return { tokensPerSecond: number };
  if (word === 'after') return { after: number };
  return {};
}

function parseFailure(value: string): Directives['fail'] {
  const [name, attempts] = value.split(':');
  const kind = KINDS.find((known) => known === name);
  return kind && { kind, attempts: attempts === undefined ? Infinity : Number(attempts) };
}
