import { Cluster, dice, FleetClient, type ClusterOptions } from '@app/testing';
import { ElizaClient } from '@elizaos/api-client';
import type { Uuid } from '@app/contracts';
import type { Exchange } from '../api/api-document.js';

/** What a gateway answered. */
export interface Reply {
  status: number;
  headers: Headers;
  text: string;
  /** The parsed body; tests look into it freely. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers of any shape are taken apart by tests
  body: any;
}

/** A request that somebody made of the fleet. */
export interface Asked {
  method: string;
  path: string;
  status: number;
}

/** Stands for any of the gateways. */
const ANYWHERE = 'http://any.gateway.test';

/**
 * Two built gateways and two built workers. Every single request, also those of ElizaOS's own client, goes to a gateway
 * that the dice choose, and so does every socket.
 */
export class Fleet {
  /** Every request, in the order of the answers. */
  readonly asked: Asked[] = [];
  /** What was answered to each, once it is there; nothing where somebody hung up. */
  readonly exchanges: Promise<Exchange | undefined>[] = [];
  /** Done before each request. */
  before: () => Promise<void> = async () => undefined;
  /** The unmodified client of ElizaOS. */
  readonly client = ElizaClient.create({ baseUrl: ANYWHERE });
  private readonly sockets: FleetClient[] = [];
  private readonly roll: (sides: number) => number;

  private constructor(
    readonly cluster: Cluster,
    seed: number,
    private readonly realFetch: typeof fetch,
  ) {
    this.roll = dice(seed);
  }

  /** Starts it, and takes the way of ElizaOS's client to the network. */
  static async start(seed: number, options: ClusterOptions = {}): Promise<Fleet> {
    const fleet = new Fleet(await Cluster.start(options), seed, globalThis.fetch);
    globalThis.fetch = (input, init) => fleet.fetch(input, init);
    return fleet;
  }

  /** The number of some gateway. */
  anyGateway(): number {
    return 1 + this.roll(this.cluster.gateways.length);
  }

  /** Kills every process and starts it anew. */
  async restart(): Promise<void> {
    await Promise.all(this.cluster.processes.map((one) => one.restart()));
  }

  /** A bare request. */
  async call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> {
    const json = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(ANYWHERE + path, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...json,
    });
    return replyOf(response);
  }

  /** Uploads a file as browsers do. */
  async upload(path: string, file: File): Promise<Reply> {
    const form = new FormData();
    form.append('file', file);
    return replyOf(await fetch(ANYWHERE + path, { method: 'POST', body: form }));
  }

  /** A socket to some gateway. */
  async connect(entityId?: Uuid): Promise<FleetClient> {
    await this.before();
    const transport = this.roll(2) ? 'polling' : 'websocket';
    const socket = await FleetClient.connect(this.cluster.url(this.anyGateway()), { entityId, transport });
    this.sockets.push(socket);
    return socket;
  }

  async close(): Promise<void> {
    globalThis.fetch = this.realFetch;
    for (const socket of this.sockets) socket.close();
    await this.cluster.close();
  }

  private async fetch(input: Parameters<typeof fetch>[0], init?: RequestInit): Promise<Response> {
    const url = input instanceof Request ? input.url : String(input);
    if (!url.startsWith(ANYWHERE)) return this.realFetch(input, init);
    await this.before();
    const path = url.slice(ANYWHERE.length);
    const response = await this.realFetch(this.cluster.url(this.anyGateway()) + path, init);
    const { status, headers } = response;
    const method = init?.method ?? 'GET';
    this.asked.push({ method, path, status });
    const read = response.clone().text();
    this.exchanges.push(
      read.then(
        (text) => ({ method, path, status, headers, text }),
        () => undefined,
      ),
    );
    return response;
  }
}

async function replyOf(response: Response): Promise<Reply> {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : text };
}
