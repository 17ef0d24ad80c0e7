import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setting } from '@app/testing';

/** What becomes of a request to the store. */
export type Fault = 'none' | '503' | 'silent' | 'cut' | 'late';

/** The run's S3 behind a way that can fail: what is signed for the way is good at its end, as hosts are passed on. */
export class FaultyStore {
  /** What happens to requests from now on; asked for each. */
  fault: (request: IncomingMessage) => Fault = () => 'none';

  private constructor(private readonly server: Server) {}

  static async start(): Promise<FaultyStore> {
    const server = createServer((incoming, response) => store.pass(incoming, response));
    const store = new FaultyStore(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return store;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private pass(incoming: IncomingMessage, response: ServerResponse): void {
    const fault = this.fault(incoming);
    if (fault === 'silent') return;
    if (fault === 'cut') return void incoming.socket.destroy();
    if (fault === '503') {
      incoming.resume();
      response.writeHead(503).end();
      return;
    }
    const { hostname, port } = new URL(setting('TEST_S3_ENDPOINT'));
    const { method, url: path, headers } = incoming;
    const onward = request({ hostname, port, method, path, headers, agent: false, setHost: false }, (answer) => {
      // The store has done it, and nobody hears of that.
      if (fault === 'late') return void incoming.socket.destroy();
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    incoming.pipe(onward);
  }
}
