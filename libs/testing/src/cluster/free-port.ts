import { inRepository } from './places.js';

/** A loopback port that nobody listens on, and that no outgoing connection takes meanwhile. */
export async function freePort(): Promise<number> {
  const ports = (await import(inRepository('tools', 'stores', 'ports.mjs'))) as { freePort(): Promise<number> };
  return ports.freePort();
}
