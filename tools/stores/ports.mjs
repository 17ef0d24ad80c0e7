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

/** A free loopback port of the system's choice. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
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
