import { setTimeout as delay } from 'node:timers/promises';
import type { Listener, TestGateway } from '../support.js';
import type { Attempt } from './attempts.js';
import { kindsIn, pathWith, type Ids } from './ids.js';

/** Who tries, and at whose things. */
export interface Attacker {
  headers: Record<string, string>;
  /** For the handshake of its socket. */
  auth: Record<string, string>;
  own: Ids;
  foreign: Ids;
}

/** So long a socket is listened to after it has sent something, in milliseconds. */
const QUIET_MS = 150;

/** Header fields that say nothing about what was asked for. */
const INCIDENTAL = new Set(['date', 'etag', 'content-length', 'x-request-id', 'keep-alive', 'connection']);

/**
 * What came of an attempt at a route, told without what differs between any two calls: once with all ids foreign, and
 * where there are more than one, with the first in the path the attacker's own.
 */
export async function tryRoute(
  gateway: TestGateway,
  door: string,
  attempt: Attempt,
  attacker: Attacker,
): Promise<string[]> {
  const [verb, path] = door.split(' ') as [string, string];
  const { own, foreign, headers } = attacker;
  const kinds = kindsIn(path);
  const body = attempt.body?.(foreign, own);
  const query = attempt.query ? `?${new URLSearchParams(attempt.query(foreign, own)).toString()}` : '';
  const more = kinds.length > 1 || attempt.body !== undefined || attempt.query !== undefined;
  const outcomes: string[] = [];
  for (let first = 0; first <= (kinds.length > 0 && more ? 1 : 0); first++) {
    const address = pathWith(path, foreign, { own, first }) + query;
    const reply = await gateway.call(verb === 'ALL' ? 'GET' : verb, address, body, headers);
    const fields = [...reply.headers.keys()].filter((name) => !INCIDENTAL.has(name)).sort();
    outcomes.push(masked(`${reply.status} ${fields.join(' ')}\n${reply.text}`, attacker));
  }
  return outcomes;
}

/** The same of an event that a socket sends: what it hears then. */
export async function tryEvent(
  socket: Listener,
  door: string,
  { attempt, attacker }: { attempt: Attempt; attacker: Attacker },
): Promise<string> {
  const before = socket.heard.length;
  const payload = attempt.body?.(attacker.foreign, attacker.own);
  socket.socket.emit(door.replace(/^socket /, ''), ...(payload === undefined ? [] : [payload]));
  await delay(QUIET_MS);
  const heard = socket.heard.slice(before).filter(({ event }) => event !== 'log_stream');
  return masked(JSON.stringify(heard).replaceAll(socket.socket.id ?? '', '<socket>'), attacker);
}

function masked(text: string, { own, foreign }: Attacker): string {
  let told = text;
  for (const [kind, id] of Object.entries(own)) told = told.replaceAll(id as string, `<own ${kind}>`);
  for (const [kind, id] of Object.entries(foreign)) told = told.replaceAll(id as string, `<${kind}>`);
  return told
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<id>')
    .replace(/(session|DM|Chat)[- ][0-9a-f]{8}\b/g, '$1 <id>')
    .replace(/DM-<[\w ]+>-<[\w ]+>|(?<="user[12]":")<[\w ]+>/g, '<of two>')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replace(/"(uptime|remainingMs|timeRemaining)":[\d.]+/g, '"$1":0')
    .replace(/\b\d{12,}\b/g, '<ms>');
}
