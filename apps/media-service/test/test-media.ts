import { Writable } from 'node:stream';
import type { Uuid } from '@app/contracts';
import { MediaLinks } from '@app/platform';
import { S3Connection } from '@app/storage';
import { setting, testDatabase, type TestDatabase } from '@app/testing';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { pino } from 'pino';
import { bootstrap } from '../src/bootstrap.js';
import { mediaVariables } from './media-env.js';

/** What the service answered. */
export interface Reply {
  status: number;
  headers: Headers;
  bytes: Buffer;
  /** The parsed body; tests look into it freely. */
  body: Body;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers of any shape are taken apart by tests
type Body = any;

/** A file as a test sends it. */
export interface SentFile {
  bytes: Buffer | string;
  name?: string;
  type?: string;
  field?: string;
}

/** A media-service in this process, on a database and a bucket of its own. */
export class TestMedia {
  private constructor(
    readonly app: NestExpressApplication,
    readonly url: string,
    readonly db: TestDatabase,
    readonly logs: string[],
    private readonly variables: Record<string, string>,
  ) {}

  static async start(env: Record<string, string> = {}): Promise<TestMedia> {
    const db = await testDatabase();
    return TestMedia.on(db, mediaVariables(db, { LOG_LEVEL: 'trace', NODE_ENV: 'test', ...env }));
  }

  private static async on(db: TestDatabase, variables: Record<string, string>): Promise<TestMedia> {
    const logs: string[] = [];
    const sink = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        logs.push(chunk.toString());
        done();
      },
    });
    const app = await bootstrap(variables, pino({}, sink));
    return new TestMedia(app, await app.getUrl(), db, logs, variables);
  }

  /** Another media-service on the same stores. Whoever gets it closes its `app`. */
  replica(env: Record<string, string> = {}): Promise<TestMedia> {
    return TestMedia.on(this.db, { ...this.variables, ...env });
  }

  /** Signs as gateways and workers do. */
  get links(): MediaLinks {
    return new MediaLinks(setting('TEST_ENCRYPTION_KEY'));
  }

  async send(path: string, init: RequestInit = {}): Promise<Reply> {
    const response = await fetch(this.url + path, init);
    const bytes = Buffer.from(await response.arrayBuffer());
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    return { status: response.status, headers: response.headers, bytes, body: isJson ? JSON.parse(String(bytes)) : {} };
  }

  async json(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> {
    const given = body === undefined ? {} : { body: JSON.stringify(body) };
    return this.send(path, { method, headers: { 'content-type': 'application/json', ...headers }, ...given });
  }

  /** Uploads a file the way ElizaOS's clients do. */
  async upload(path: string, file: SentFile, headers: Record<string, string> = {}): Promise<Reply> {
    return this.send(path, { method: 'POST', body: formOf(file), headers });
  }

  /** Uploads to an agent, and answers the path of the file. */
  async uploaded(agentId: Uuid, file: SentFile): Promise<string> {
    const { status, body } = await this.upload(`/api/media/agents/${agentId}/upload-media`, file);
    if (status !== 200) throw new Error(`The upload was refused: ${status} ${JSON.stringify(body)}`);
    return String(body.data.url).split('?')[0]!;
  }

  /** The keys of what was uploaded and is in the bucket, and the uploads in parts that have not ended. */
  async inBucket(): Promise<string[]> {
    const connection = this.app.get(S3Connection, { strict: false });
    const { sdk, client } = await connection.open();
    const Bucket = connection.bucket;
    const objects = await client.send(new sdk.ListObjectsV2Command({ Bucket }));
    const uploads = await client.send(new sdk.ListMultipartUploadsCommand({ Bucket }));
    const keys = [...(objects.Contents ?? []), ...(uploads.Uploads ?? [])].map(({ Key }) => Key ?? '');
    // Small pictures are made of files at any time.
    return keys.filter((key) => !/-(thumb|web)\.webp$/.test(key)).sort();
  }

  /** Rows of files, whatever their state. */
  async rows(): Promise<{ id: Uuid; state: string; size: number; type: string }[]> {
    return this.db.asSuperuser('select id, state, size::float8, type from media order by created_at');
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.db.close();
  }
}

/** A form with one file. */
export function formOf({
  bytes,
  name = 'file.bin',
  type = 'application/octet-stream',
  field = 'file',
}: SentFile): FormData {
  const form = new FormData();
  form.append(field, new Blob([typeof bytes === 'string' ? bytes : new Uint8Array(bytes)], { type }), name);
  return form;
}

/** A picture of one point. */
export const DOT = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
