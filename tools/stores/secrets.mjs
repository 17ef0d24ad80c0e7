import { randomBytes } from 'node:crypto';
import { chmodSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LaunchError } from '../lib/launch-error.mjs';

/** What a fresh system needs and nobody else may read. Hexadecimal where it stands in an URL. */
const makers = {
  encryptionKey: () => randomBytes(32).toString('base64'),
  databaseAdminPassword: () => randomBytes(24).toString('hex'),
  databaseOwnerPassword: () => randomBytes(24).toString('hex'),
  databaseAppPassword: () => randomBytes(24).toString('hex'),
  redisPassword: () => randomBytes(24).toString('hex'),
  s3AccessKeyId: () => `ELIZA${randomBytes(8).toString('hex').toUpperCase()}`,
  s3SecretAccessKey: () => randomBytes(24).toString('hex'),
};

/** Fresh secrets that are kept nowhere. */
export function newSecrets() {
  return Object.fromEntries(Object.entries(makers).map(([name, make]) => [name, make()]));
}

/** The secrets of a data folder, made at the first call and kept in a file only its owner can read. */
export function keptSecrets(folder) {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'secrets.json');
  const known = read(file);
  if (known && Object.keys(makers).every((name) => known[name])) {
    chmodSync(file, 0o600);
    return known;
  }
  const secrets = { ...newSecrets(), ...known };
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  if (known) {
    renameSync(draft, file);
    return secrets;
  }
  // a link fails when the file has come into being meanwhile: then the other one's secrets count
  try {
    linkSync(draft, file);
    return secrets;
  } catch (error) {
    if (error.code === 'EEXIST') return read(file);
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function read(file) {
  let text;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw new LaunchError(`The secrets in ${file} cannot be read: ${error.message}.`);
  }
  try {
    return JSON.parse(text);
  } catch {
    // never made anew by itself: without the old key everything encrypted would be lost
    throw new LaunchError(`${file} is damaged: restore it, or delete the whole data folder to begin anew.`);
  }
}
