import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Cluster, inRepository, type ClusterOptions } from '@app/testing';
import { webUiFolder } from './browser.js';

/** Two gateways that serve the web UI, and two workers, behind one address. */
export class ServedFleet {
  private constructor(
    readonly cluster: Cluster,
    private readonly door: Server,
  ) {}

  /** Starts it. Whoever gets one closes it. */
  static async start(options: ClusterOptions = {}): Promise<ServedFleet> {
    // gateways let those in without a key who are on this machine, and believe the door who that is
    const env = { ELIZA_UI_DIR: webUiFolder, TRUST_PROXY: 'loopback', ...options.env };
    const cluster = await Cluster.start({ ...options, env });
    const { frontDoor } = (await import(inRepository('tools', 'front-door', 'front-door.mjs'))) as FrontDoor;
    const door = frontDoor([cluster.url(1), cluster.url(2)]);
    await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
    return new ServedFleet(cluster, door);
  }

  /** Where browsers find it. */
  get address(): string {
    return `http://127.0.0.1:${(this.door.address() as AddressInfo).port}`;
  }

  /** What an ordinary client gets for a GET of a path below `/api`. */
  async ask<T>(path: string): Promise<T> {
    const response = await fetch(`${this.address}/api${path}`);
    return ((await response.json()) as { data: T }).data;
  }

  async close(): Promise<void> {
    this.door.closeAllConnections();
    this.door.close();
    await this.cluster.close();
  }
}

interface FrontDoor {
  frontDoor(urls: string[]): Server;
}
