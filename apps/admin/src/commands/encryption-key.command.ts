import { randomBytes } from 'node:crypto';
import { EXIT, type Command } from '../command.js';

/** A key for `ENCRYPTION_KEY`. Whoever loses it loses the secrets of all tenants. */
export const encryptionKeyCommand: Command = {
  name: 'encryption-key',
  summary: 'Makes a new key for ENCRYPTION_KEY, of a new installation',
  parameters: [],
  options: {},
  stores: [],
  run(_, { terminal }) {
    terminal.line(randomBytes(32).toString('base64'));
    return Promise.resolve(EXIT.done);
  },
};
