import net from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * What stands before the gateways in production: each new connection goes to the next one that takes it. Here it can
 * also do what networks do: cut all connections, and hold back what passes.
 */
export class Balancer {
  #server;
  #pairs = new Set();
  #next = 0;
  /** So long everything is held back, in milliseconds; order is kept. */
  delayMs = 0;

  /** @param {string[]} addresses of the gateways */
  constructor(addresses) {
    this.ports = addresses.map((address) => Number(new URL(address).port));
  }

  async start() {
    this.#server = net.createServer((near) => void this.#pass(near));
    await new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${this.#server.address().port}`;
    return this;
  }

  /** Cuts every connection at once; answers how many. */
  cut() {
    const count = this.#pairs.size;
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
    return count;
  }

  close() {
    this.cut();
    return new Promise((resolve) => this.#server.close(resolve));
  }

  async #pass(near) {
    near.on('error', () => near.destroy());
    const far = await this.#someGateway();
    if (!far || near.destroyed) {
      far?.destroy();
      near.destroy();
      return;
    }
    const pair = [near, far];
    this.#pairs.add(pair);
    this.#pipe(near, far);
    this.#pipe(far, near);
    for (const socket of pair) {
      socket.on('close', () => {
        this.#pairs.delete(pair);
        for (const one of pair) one.destroy();
      });
    }
  }

  #pipe(from, to) {
    let last = Promise.resolve();
    from.on('error', () => from.destroy());
    from.on('data', (data) => {
      const wait = this.delayMs > 0 ? delay(this.delayMs) : undefined;
      last = last.then(async () => {
        await wait;
        if (!to.destroyed) to.write(data);
      });
    });
  }

  async #someGateway() {
    for (let tries = 0; tries < this.ports.length; tries += 1) {
      const port = this.ports[this.#next++ % this.ports.length];
      const far = net.connect(port, '127.0.0.1');
      const came = await new Promise((resolve) => {
        far.once('connect', () => resolve(true));
        far.once('error', () => resolve(false));
      });
      if (came) return far;
    }
    return undefined;
  }
}
