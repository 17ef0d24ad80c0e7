import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { UsageError } from '../usage-error.js';

/**
 * What was given on a command line, as the contract's class that REST takes it in. Unlike there, what it does not know
 * is a fault: a word that is written wrongly would make a plan without bounds.
 *
 * @throws UsageError naming the first fault
 */
export function checked<T extends object>(type: new () => T, given: object): T {
  const known = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const input = plainToInstance(type, known);
  const fault = firstFault(validateSync(input, { whitelist: true, forbidNonWhitelisted: true }));
  if (fault !== undefined) throw new UsageError(fault);
  return input;
}

function firstFault(errors: ValidationError[]): string | undefined {
  for (const { constraints, children = [], property } of errors) {
    const [own] = Object.values(constraints ?? {});
    if (own !== undefined) return own;
    const inner = firstFault(children);
    if (inner !== undefined) return `${property}: ${inner}`;
  }
  return undefined;
}
