import type * as Sdk from '@aws-sdk/client-s3';
import { histogram } from '@app/platform';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { StorageEnv } from './storage-env.js';

const calls = histogram('eliza_s3_duration_seconds', 'Calls of the object store, to the head of its answer', {
  labels: { operation: { atMost: 20 }, outcome: ['done', 'failed'] },
  buckets: [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 20],
});

/** Takes the time of a call, tries again included. */
async function timed<T>(command: string | undefined, call: () => Promise<T>): Promise<T> {
  const took = calls.begin();
  const operation = (command ?? 'unknown').replace(/Command$/, '');
  try {
    const answer = await call();
    took({ operation, outcome: 'done' });
    return answer;
  } catch (error) {
    took({ operation, outcome: 'failed' });
    throw error;
  }
}

/** The SDK and a client of our store. */
export interface S3 {
  sdk: typeof Sdk;
  client: Sdk.S3Client;
}

const CONNECT_WITHIN_MS = 2_000;
/**
 * Calls are bounded by the guard. What goes beyond are files on their way to readers, who may be slow: with a bound here,
 * fifty of them (the client's own) kept everybody else from the store.
 */
const SOCKETS = { maxSockets: Infinity, keepAlive: true };
/** Silence, not duration: a large object may take as long as it moves. */
const SILENT_AT_MOST_MS = 30_000;

/** Connects to S3 on first use: the SDK is heavy, and a process should answer before it has been read. */
@Injectable()
export class S3Connection implements OnModuleDestroy {
  private opened?: Promise<S3>;

  constructor(@Inject(StorageEnv) private readonly env: StorageEnv) {}

  get bucket(): string {
    return this.env.S3_BUCKET;
  }

  /** What every object is stored with. */
  get whenStoring(): { ServerSideEncryption?: Sdk.ServerSideEncryption; SSEKMSKeyId?: string } {
    const { S3_ENCRYPTION, S3_KMS_KEY_ID } = this.env;
    if (S3_ENCRYPTION === 'none') return {};
    return { ServerSideEncryption: S3_ENCRYPTION, ...(S3_KMS_KEY_ID ? { SSEKMSKeyId: S3_KMS_KEY_ID } : {}) };
  }

  /** The SDK and the one client of this process. */
  open(): Promise<S3> {
    this.opened ??= this.connect();
    return this.opened;
  }

  /**
   * A client that signs what others ask of the store, under the host they see. It has no checksums of its own: the one
   * of an empty body would be signed along, and the store would refuse any other.
   */
  async signing(): Promise<Sdk.S3Client> {
    const { S3_PUBLIC_ENDPOINT, S3_ENDPOINT } = this.env;
    const { S3Client } = await import('@aws-sdk/client-s3');
    return new S3Client(this.settings(S3_PUBLIC_ENDPOINT ?? S3_ENDPOINT, 'WHEN_REQUIRED'));
  }

  async onModuleDestroy(): Promise<void> {
    const { client } = (await this.opened) ?? {};
    client?.destroy();
  }

  private async connect(): Promise<S3> {
    const sdk = await import('@aws-sdk/client-s3');
    const { S3_ENDPOINT, S3_CHECKSUMS } = this.env;
    const checksums = S3_CHECKSUMS === 'required' ? 'WHEN_REQUIRED' : 'WHEN_SUPPORTED';
    const client = new sdk.S3Client({
      ...this.settings(S3_ENDPOINT, checksums),
      requestHandler: {
        connectionTimeout: CONNECT_WITHIN_MS,
        socketTimeout: SILENT_AT_MOST_MS,
        httpAgent: SOCKETS,
        httpsAgent: SOCKETS,
      },
    });
    client.middlewareStack.add(
      (next, { commandName }) =>
        (args) =>
          timed(commandName, () => next(args)),
      { step: 'initialize', name: 'timed' },
    );
    return { sdk, client };
  }

  private settings(endpoint: string, checksums: 'WHEN_REQUIRED' | 'WHEN_SUPPORTED'): Sdk.S3ClientConfig {
    const { env } = this;
    return {
      endpoint,
      region: env.S3_REGION,
      forcePathStyle: env.S3_FORCE_PATH_STYLE,
      credentials: { accessKeyId: env.S3_ACCESS_KEY_ID, secretAccessKey: env.S3_SECRET_ACCESS_KEY },
      requestChecksumCalculation: checksums,
      responseChecksumValidation: checksums,
    };
  }
}
