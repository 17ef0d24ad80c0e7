import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** One request, and what ElizaOS 1.7.2 answered. */
export interface Exchange {
  request: { method: string; path: string; body?: unknown };
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

/** Something that happened on a socket of ElizaOS 1.7.2: what its client sent, or what it heard. */
export interface SocketMoment {
  out?: string;
  in?: string;
  data: unknown;
}

const FOLDER = path.join(__dirname, 'recordings');

/** The names of everything that was recorded. */
export function recordingNames(): string[] {
  return readdirSync(FOLDER).map((file) => path.basename(file, '.json'));
}

/** The exchanges of one recording, in their order. */
export function exchangesOf(name: string): Exchange[] {
  const recorded = read(name) as { exchanges?: Exchange[] } & Exchange;
  return recorded.exchanges ?? [recorded];
}

/** The recorded life of a socket. */
export function socketMoments(): SocketMoment[] {
  return (read('socket-turn') as { events: SocketMoment[] }).events;
}

function read(name: string): unknown {
  return JSON.parse(readFileSync(path.join(FOLDER, `${name}.json`), 'utf8'));
}
