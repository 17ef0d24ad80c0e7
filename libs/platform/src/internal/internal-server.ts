import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Logger } from '../logging/logger.js';
import { metricsText } from '../metrics/metrics.js';
import type { Vitals } from './vitals.js';

/** Where the internal server listens; nowhere without a port. */
export interface InternalAddress {
  INTERNAL_PORT?: number;
  INTERNAL_HOST: string;
}

/** What the internal server is made of. */
export interface InternalServerParts {
  address: InternalAddress;
  vitals: Vitals;
  logger: Logger;
}

/** What is served beside. */
interface Closable {
  close(): Promise<unknown>;
}

/**
 * What those who run the process ask it, on a port that callers do not reach: `/livez` (would a restart help),
 * `/readyz` (can it work now, and is it not about to stop) and `/metrics`.
 */
export class InternalServer {
  private draining = false;

  private constructor(
    private readonly vitals: Vitals,
    private readonly logger: Logger,
  ) {}

  /**
   * Serves beside `app` from now on. What it answers closes both: the app first, and as long as that takes, `/readyz`
   * says that no more work is wanted. Without INTERNAL_PORT the app is answered as it is.
   */
  static async beside(app: Closable, { address, vitals, logger }: InternalServerParts): Promise<Closable> {
    const { INTERNAL_PORT: port, INTERNAL_HOST: host } = address;
    if (port === undefined) return app;
    const server = createServer();
    const internal = new InternalServer(vitals, logger);
    server.on('request', (request, response) => void internal.answer(request, response));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, resolve);
    });
    logger.info({ port, host }, 'Metrics and probes are answered');
    return {
      close: async () => {
        internal.draining = true;
        try {
          await app.close();
        } finally {
          server.close();
          server.closeAllConnections();
        }
      },
    };
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      switch ((request.url ?? '').split('?')[0]) {
        case '/livez':
          return tell(response, this.vitals.live?.());
        case '/readyz':
          return tell(response, this.draining ? 'It is about to stop' : await this.vitals.ready());
        case '/metrics': {
          const { type, text } = await metricsText();
          response.writeHead(200, { 'content-type': type }).end(text);
          return;
        }
        default:
          response.writeHead(404).end();
      }
    } catch (error) {
      this.logger.error({ err: error }, 'The internal server failed');
      response.writeHead(500).end();
    }
  }
}

function tell(response: ServerResponse, problem: string | undefined): void {
  response.writeHead(problem === undefined ? 200 : 503, { 'content-type': 'text/plain' }).end(`${problem ?? 'ok'}\n`);
}
