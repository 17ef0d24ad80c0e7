import { FleetError } from '@app/contracts';
import { ValidationPipe, type ArgumentMetadata, type ValidationError } from '@nestjs/common';

/**
 * Parses bodies and queries into their contract classes. What a class does not name is dropped, as stock clients send
 * more than is documented; what it names must be right, and null counts as not given.
 */
export class ContractPipe extends ValidationPipe {
  constructor() {
    super({ transform: true, whitelist: true, exceptionFactory: validationFault });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    return super.transform(this.toValidate(metadata) ? withoutNulls(value) : value, metadata);
  }
}

/** All faults of an input in one error, with the path of each. */
export function validationFault(errors: ValidationError[]): FleetError {
  const faults = errors.flatMap((error) => faultsOf(error, ''));
  return new FleetError('VALIDATION_ERROR', faults[0] ?? 'The input is not valid', faults);
}

function faultsOf(error: ValidationError, parent: string): string[] {
  const path = parent ? `${parent}.${error.property}` : error.property;
  const own = Object.values(error.constraints ?? {}).map((text) => text.replace(error.property, path));
  return [...own, ...(error.children ?? []).flatMap((child) => faultsOf(child, path))];
}

function withoutNulls(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== null));
}
