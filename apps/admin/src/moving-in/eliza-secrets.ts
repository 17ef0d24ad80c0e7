import { createDecipheriv, createHash } from 'node:crypto';

const SEALED = /^([0-9a-f]{32}):((?:[0-9a-f]{32})+)$/i;

/** A secret was sealed with another salt than the one at hand. */
export class WrongSaltError extends Error {
  override readonly name = 'WrongSaltError';
}

/**
 * Opens a secret as ElizaOS seals them: AES-256-CBC under the hash of `SECRET_SALT`. What is not sealed is itself.
 *
 * @throws WrongSaltError
 */
export function openElizaSecret(value: string, salt: string): string {
  const sealed = SEALED.exec(value);
  if (!sealed) return value;
  const key = createHash('sha256').update(salt).digest();
  try {
    const decipher = createDecipheriv('aes-256-cbc', key, Buffer.from(sealed[1]!, 'hex'));
    const bytes = Buffer.concat([decipher.update(sealed[2]!, 'hex'), decipher.final()]);
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new WrongSaltError('The secret does not open with this SECRET_SALT');
  }
}

const OF_THE_PROCESS = [
  /^(PATH|HOME|PWD|OLDPWD|SHELL|SHLVL|TERM|USER|LOGNAME|HOSTNAME|HOSTTYPE|LANG|LANGUAGE|TZ|TMPDIR|TMP|TEMP|EDITOR)$/,
  /^(PAGER|VISUAL|DISPLAY|MAIL|COLOR|COLORTERM|LS_COLORS|FORCE_COLOR|NO_COLOR|INIT_CWD|NODE|CI|PORT|LOG_LEVEL|_)$/,
  /^(npm_|NODE_|NVM_|BUN_|LC_|XDG_|SSH_|DBUS_|TERM_|VSCODE_|ELIZA_|PGLITE_|POSTGRES_|SERVER_|CORS_|SESSION_)/,
  /^(DATABASE_URL|PG[A-Z]+|SECRET_SALT|SENTRY_DSN|ENABLE_DATA_ISOLATION|EXPRESS_MAX_PAYLOAD|API_CORS_ORIGIN)$/,
];

/** Whether a name is one of the server's process: ElizaOS copies its whole environment into each agent's secrets. */
export function isOfTheProcess(name: string): boolean {
  return OF_THE_PROCESS.some((pattern) => pattern.test(name));
}
