import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { envVariables } from './env-decorators.js';

/** The environment is wrong. The message lists every fault, one a line. */
export class EnvError extends Error {
  override readonly name = 'EnvError';

  constructor(readonly faults: string[]) {
    super(`The configuration has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:\n${lines(faults)}`);
  }
}

/**
 * Reads the variables that `type` declares out of `source`; the values its fields are born with are the defaults, and
 * an empty variable counts as not set.
 *
 * @throws {EnvError} naming all faults at once, never the value of a secret.
 */
export function parseEnv<T extends object>(type: new () => T, source: Record<string, string | undefined>): T {
  const given: Record<string, string> = {};
  for (const { name } of envVariables(type)) {
    const value = source[name];
    if (value !== undefined && value !== '') given[name] = value;
  }
  const env = plainToInstance(type, given, { exposeDefaultValues: true });
  const faults = validateSync(env, { forbidUnknownValues: false }).flatMap((error) => {
    const missing = given[error.property] === undefined;
    return missing ? [`${error.property} is not set`] : Object.values(error.constraints ?? {}).slice(0, 1);
  });
  if (faults.length > 0) throw new EnvError(faults);
  return env;
}

function lines(faults: string[]): string {
  return faults.map((fault) => `  - ${fault}`).join('\n');
}
