import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startChild } from '../lib/child.mjs';
import { LaunchError } from '../lib/launch-error.mjs';
import { inRepository } from '../lib/places.mjs';
import { endRecorded } from '../lib/process-records.mjs';
import { keptPort } from './ports.mjs';

const ATTEMPTS = 4;

/**
 * Starts our development S3 server on 127.0.0.1, on objects that are kept.
 *
 * @param {object} options
 * @param {string} options.directory keeps objects, port and record
 * @param {string} options.accessKeyId
 * @param {string} options.secretAccessKey
 * @param {string} [options.bucket] made when missing
 * @param {number} [options.port] this one and no other
 */
export async function startS3({ directory, accessKeyId, secretAccessKey, bucket = 'eliza', port: wanted }) {
  const program = inRepository('tools/s3/main.mjs');
  if (!existsSync(program)) throw new LaunchError('The development S3 server is not there yet: set S3_ENDPOINT.');
  const data = path.join(directory, 'data');
  const record = path.join(directory, 'pid.json');
  mkdirSync(data, { recursive: true, mode: 0o700 });
  await endRecorded(record);

  for (let attempt = 1; ; attempt += 1) {
    const port = wanted ?? (await keptPort(directory));
    const child = startChild({
      name: 's3',
      command: process.execPath,
      args: [program],
      env: {
        ...process.env,
        S3_DIRECTORY: data,
        S3_PORT: String(port),
        S3_BUCKET: bucket,
        S3_ACCESS_KEY_ID: accessKeyId,
        S3_SECRET_ACCESS_KEY: secretAccessKey,
      },
      record,
      isStore: true,
    });
    try {
      const [, endpoint] = await child.line(/^ready (http:\S+)/);
      return { endpoint, port, pid: child.pid, exited: child.exited, stop: child.stop, kill: child.kill };
    } catch (error) {
      await child.kill();
      if (attempt === ATTEMPTS) throw error;
      await delay(attempt * 200);
    }
  }
}

/** What applications get to know of a store of ours. */
export function s3Env(endpoint, { bucket, accessKeyId, secretAccessKey }) {
  return {
    S3_ENDPOINT: endpoint,
    S3_REGION: 'us-east-1',
    S3_BUCKET: bucket,
    S3_ACCESS_KEY_ID: accessKeyId,
    S3_SECRET_ACCESS_KEY: secretAccessKey,
  };
}
