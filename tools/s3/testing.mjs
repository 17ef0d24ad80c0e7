import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { S3Client } from '@aws-sdk/client-s3';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

export const credentials = { accessKeyId: 'dev', secretAccessKey: 'devsecret' };
export const Bucket = 'eliza';

/** The ways a client can be set up about checksums, each with a bucket of its own: rows for `describe.each`. */
export const clients = [
  ['with default checksums', 'first', {}],
  [
    'with checksums only where required',
    'second',
    { requestChecksumCalculation: 'WHEN_REQUIRED', responseChecksumValidation: 'WHEN_REQUIRED' },
  ],
];

// Without a logger of its own the client warns on the console about failures that a test has asked for.
const logger = Object.fromEntries(['trace', 'debug', 'info', 'warn', 'error'].map((level) => [level, () => {}]));

/** A folder of its own for one test file. */
export async function makeDirectory() {
  const directory = await mkdtemp(path.join(tmpdir(), 's3-'));
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) };
}

/** Starts the server as the process that is shipped, and answers when it is ready. */
export async function startProcess(directory) {
  const main = path.join(path.dirname(fileURLToPath(import.meta.url)), 'main.mjs');
  const env = {
    PATH: process.env.PATH,
    S3_DIRECTORY: directory,
    S3_BUCKET: Bucket,
    S3_ACCESS_KEY_ID: credentials.accessKeyId,
    S3_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  };
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(createInterface(child.stdout), 'line');
  const endpoint = line.replace(/^ready /, '');
  const end = async (signal) => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal);
      await once(child, 'exit');
    }
    return child.exitCode;
  };
  return { endpoint, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') };
}

/** A real client. It never repeats a request, so that a test sees the first answer. */
export function createClient(endpoint, options = {}) {
  const standard = { region: 'us-east-1', forcePathStyle: true, credentials, maxAttempts: 1, logger };
  return new S3Client({ endpoint, ...standard, ...options });
}

/** The bytes of an answer. */
export async function bytesOf(answer) {
  return Buffer.from(await answer.Body.transformToByteArray());
}

/** The name and the status of the error a request ends with. */
export async function failureOf(promise) {
  const error = await promise.then(
    () => undefined,
    (reason) => reason,
  );
  if (!error) throw new Error('The request was accepted.');
  return { name: error.name, status: error.$metadata?.httpStatusCode };
}
