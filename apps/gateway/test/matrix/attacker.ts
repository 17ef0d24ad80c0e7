import { setTimeout as delay } from 'node:timers/promises';
import { masked, RouteTrials, type Attacker as AttackerWith } from '@app/testing';
import type { Listener, TestGateway } from '../support.js';
import type { Attempt } from './attempts.js';
import { kindOf, type Ids } from './ids.js';

/** Who tries, and at whose things. */
export interface Attacker extends AttackerWith<Ids> {
  /** For the handshake of its socket. */
  auth: Record<string, string>;
}

/** So long a socket is listened to after it has sent something, in milliseconds. */
const QUIET_MS = 150;

/** Attempts at the routes of a gateway. */
export function routeTrials(gateway: TestGateway): RouteTrials<Ids> {
  return new RouteTrials<Ids>((method, path, { body, headers }) => gateway.call(method, path, body, headers), kindOf);
}

/** What a socket hears after it has sent an event, told without what differs between any two. */
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
