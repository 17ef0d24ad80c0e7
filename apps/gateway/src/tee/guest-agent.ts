import { request } from 'node:http';
import { FleetError, type JsonObject } from '@app/contracts';

/** The longest a guest agent may take, in milliseconds: quotes are made by hardware. */
const ANSWER_MS = 10_000;

/** Answers larger than this are not of a guest agent. */
const MOST_BYTES = 4_000_000;

/** A dstack guest agent: JSON over HTTP on a Unix socket, inside a trusted execution environment. */
export class GuestAgent {
  constructor(private readonly socketPath: string) {}

  /** A TDX quote with this report data, up to 64 bytes in hexadecimal digits. */
  async quote(reportData: string): Promise<JsonObject> {
    return this.ask('GetQuote', { report_data: reportData });
  }

  /** What runs here: ids of the app and the instance, and the measurements of all its parts. */
  async info(): Promise<JsonObject> {
    return this.ask('Info', {});
  }

  /** The key derived under this name, with the chain of signatures that leads to the root of trust. */
  async key(path: string, purpose: string): Promise<JsonObject> {
    return this.ask('GetKey', { path, purpose });
  }

  /** @throws FleetError UNAVAILABLE */
  private async ask(method: string, body: JsonObject): Promise<JsonObject> {
    try {
      return await this.exchange(method, JSON.stringify(body));
    } catch (error) {
      if (error instanceof FleetError) throw error;
      throw new FleetError('UNAVAILABLE', 'The guest agent of the trusted environment does not answer');
    }
  }

  private exchange(method: string, body: string): Promise<JsonObject> {
    return new Promise((resolve, reject) => {
      const asked = request(
        {
          socketPath: this.socketPath,
          path: `/${method}`,
          method: 'POST',
          headers: { host: 'localhost', 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
          timeout: ANSWER_MS,
        },
        (response) => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (part: string) => {
            text += part;
            if (text.length > MOST_BYTES) response.destroy(new Error('The answer is too large'));
          });
          response.on('error', reject);
          response.on('end', () => {
            if (response.statusCode !== 200) return reject(refused(method));
            try {
              resolve(JSON.parse(text) as JsonObject);
            } catch (error) {
              reject(error instanceof Error ? error : new Error(String(error)));
            }
          });
        },
      );
      asked.on('timeout', () => asked.destroy(new Error('The guest agent is too slow')));
      asked.on('error', reject);
      asked.end(body);
    });
  }
}

function refused(method: string): FleetError {
  return new FleetError('UNAVAILABLE', `The guest agent of the trusted environment refused ${method}`);
}
