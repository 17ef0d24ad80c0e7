import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { drain, sendError } from './answer.mjs';
import { answerCors } from './cors.mjs';
import { S3Error } from './errors.mjs';
import { ObjectStore } from './object-store.mjs';
import { needsBucket, operationOf, signsItself } from './operations.mjs';
import { S3Request } from './request.mjs';
import { authenticate } from './signature.mjs';

const gracePeriod = 1000;

/**
 * An S3 server for development and tests, on a folder.
 * @typedef {{ directory: string, accessKeyId: string, secretAccessKey: string, bucket?: string }} Options
 */
export class S3Server {
  #options;
  #store;
  #http;

  /**
   * Opens the folder and listens on 127.0.0.1.
   * @param {Options & { port?: number }} options `bucket` is created when missing; port 0 means a free one
   */
  static async start({ port = 0, ...options }) {
    const server = new S3Server(options);
    server.#store = await ObjectStore.open(options.directory);
    if (options.bucket && !server.#store.find(options.bucket)) await server.#store.create(options.bucket);
    await server.#listen(port);
    return server;
  }

  /** @param {Options} options */
  constructor(options) {
    this.#options = options;
    // Large uploads take as long as they take.
    this.#http = createServer({ requestTimeout: 0, keepAliveTimeout: 60_000 });
    this.#http.on('request', (incoming, response) => void this.#answer(incoming, response));
    // Clients ask before they send a large body. They get a refusal without having sent it.
    this.#http.on('checkContinue', (incoming, response) => void this.#answer(incoming, response, true));
  }

  get url() {
    return `http://127.0.0.1:${this.#http.address().port}`;
  }

  /** Stops listening, lets answers under way end for a moment, and closes what is left. */
  async stop() {
    const closed = new Promise((resolve) => this.#http.close(resolve));
    this.#http.closeIdleConnections();
    const timer = setTimeout(() => this.#http.closeAllConnections(), gracePeriod);
    await closed;
    clearTimeout(timer);
  }

  async #listen(port) {
    await new Promise((resolve, reject) => {
      this.#http.once('error', reject).listen(port, '127.0.0.1', () => {
        this.#http.off('error', reject);
        resolve();
      });
    });
  }

  async #answer(incoming, response, waits = false) {
    response.setHeader('server', 'ElizaFleetDevS3');
    response.setHeader('x-amz-request-id', randomBytes(8).toString('hex').toUpperCase());
    let waiting = waits;
    const beforeBody = () => {
      if (waiting) response.writeContinue();
      waiting = false;
    };
    let request;
    try {
      if (answerCors(incoming, response)) return;
      request = new S3Request(incoming, beforeBody);
      await this.#perform(request, response);
    } catch (error) {
      if (incoming.errored || response.destroyed) return;
      if (!(error instanceof S3Error)) process.stderr.write(`s3: ${incoming.method} ${incoming.url} ${error.stack}\n`);
      await request?.releaseBody();
      if (!waiting) await drain(incoming);
      if (!incoming.complete) response.setHeader('connection', 'close');
      sendError(incoming, response, error);
    }
  }

  async #perform(request, response) {
    const credentials = this.#options;
    const operation = operationOf(request);
    if (!signsItself(operation)) {
      const { method, path, query, sentHeaders } = request;
      request.signed = authenticate({ method, path, query, headers: sentHeaders }, credentials);
    }
    const bucket = needsBucket(operation) ? this.#store.get(request.bucket) : undefined;
    await operation({ store: this.#store, bucket, request, response, credentials });
  }
}
