import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';

/** Whether a port can be listened on now. */
export function isFree(port, host = '127.0.0.1') {
  return new Promise((resolve) => {
    const probe = net.createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

// Below the ports that Linux gives to outgoing connections (32768 and up): one of those may be taken by a connection
// between our look and the moment somebody listens.
const LOWEST = 15_000;
const SHARE = 1_000;
const SHARES = 16;
// Jest's workers look at the same moment, each in a share of its own.
const share = LOWEST + (Number(process.env.JEST_WORKER_ID ?? 0) % SHARES) * SHARE;
let next = Math.floor(Math.random() * SHARE);

/**
 * A loopback port that nobody listens on, and that no outgoing connection takes meanwhile. No call answers the same
 * port twice before {@link SHARE} others.
 */
export async function freePort() {
  for (let tries = 0; tries < SHARE; tries += 1) {
    const port = share + next;
    next = (next + 1) % SHARE;
    if (await isFree(port)) return port;
  }
  throw new Error(`No port from ${share} to ${share + SHARE - 1} is free on 127.0.0.1.`);
}

/**
 * The port noted in a folder when it is free, so that addresses stay the same between starts; another one when
 * somebody else has taken it meanwhile.
 */
export async function keptPort(folder, name = 'port') {
  const file = path.join(folder, name);
  const known = Number(read(file));
  const port = known > 0 && (await isFree(known)) ? known : await freePort();
  if (port !== known) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, `${port}\n`);
  }
  return port;
}

function read(file) {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}
