import type { Attacker, Attempt } from './attempt.js';

/** How a process is called: a body is JSON, or a form. */
export type Call = (method: string, path: string, given: Given) => Promise<Told>;

interface Given {
  body?: object;
  headers: Record<string, string>;
}

interface Told {
  status: number;
  headers: Headers;
  text: string;
}

/** Which kind of thing a parameter of a path names; undefined when nobody knows. */
export type KindOf<Ids> = (parameter: string, path: string) => (keyof Ids & string) | undefined;

/** Header fields that say nothing about what was asked for. */
const INCIDENTAL = new Set(['date', 'etag', 'content-length', 'x-request-id', 'keep-alive', 'connection']);

/** Attempts at the routes of one process. */
export class RouteTrials<Ids extends object> {
  constructor(
    private readonly call: Call,
    private readonly kindOf: KindOf<Ids>,
  ) {}

  /**
   * What came of an attempt at a route, told without what differs between any two calls: once with all ids foreign, and
   * where there are more than one, with the first in the path the attacker's own.
   *
   * @throws Error for a path with a parameter that nobody knows the kind of
   */
  async at(door: string, attempt: Attempt<Ids>, attacker: Attacker<Ids>): Promise<string[]> {
    const [verb, path] = door.split(' ') as [string, string];
    const { own, foreign } = attacker;
    const count = this.kindsIn(path).length;
    const query = attempt.query ? `?${new URLSearchParams(attempt.query(foreign, own)).toString()}` : '';
    const headers = { ...attacker.headers, ...attempt.headers };
    const more = count > 1 || attempt.body !== undefined || attempt.query !== undefined;
    const outcomes: string[] = [];
    for (let first = 0; first <= (count > 0 && more ? 1 : 0); first++) {
      const address = this.pathWith(path, attacker, first) + query;
      const body = attempt.body?.(foreign, own);
      const reply = await this.call(verb === 'ALL' ? 'GET' : verb, address, { body, headers });
      const fields = [...reply.headers.keys()].filter((name) => !INCIDENTAL.has(name)).sort();
      outcomes.push(masked(`${reply.status} ${fields.join(' ')}\n${reply.text}`, attacker));
    }
    return outcomes;
  }

  /** The kinds of things a path names, in its order. A parameter nobody knows is an error: it has to be given a kind. */
  private kindsIn(path: string): (keyof Ids & string)[] {
    return [...path.matchAll(/:(\w+)/g)].map(([, parameter]) => {
      const kind = this.kindOf(parameter!, path);
      if (!kind) throw new Error(`Nobody knows what :${parameter} in ${path} is the id of: give it a kind`);
      return kind;
    });
  }

  /** A path with foreign ids in the place of its parameters, the first so many of them the caller's own. */
  private pathWith(path: string, { own, foreign }: Attacker<Ids>, first: number): string {
    const kinds = this.kindsIn(path);
    let place = 0;
    return path
      .replace(/\*\w+/, 'anything')
      .replace(/:\w+/g, () => String((place < first ? own : foreign)[kinds[place++]!]));
  }
}

/** A text without the ids of both sides, and without what is another with every call. */
export function masked<Ids extends object>(
  text: string,
  { own, foreign }: Pick<Attacker<Ids>, 'own' | 'foreign'>,
): string {
  let told = text.replace(/(?<=\bsig=)[\w.-]+/g, '<signature>');
  for (const [kind, id] of Object.entries(own)) told = told.replaceAll(String(id), `<own ${kind}>`);
  for (const [kind, id] of Object.entries(foreign)) told = told.replaceAll(String(id), `<${kind}>`);
  return told
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<id>')
    .replace(/(session|DM|Chat)[- ][0-9a-f]{8}\b/g, '$1 <id>')
    .replace(/DM-<[\w ]+>-<[\w ]+>|(?<="user[12]":")<[\w ]+>/g, '<of two>')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replace(/"(uptime|remainingMs|timeRemaining)":[\d.]+/g, '"$1":0')
    .replace(/\b\d{12,}\b/g, '<ms>');
}
