import { FleetError } from '@app/contracts';
import { ValidationPipe, type ValidationError } from '@nestjs/common';

/**
 * Parses bodies and queries into their contract classes. What a class does not name is dropped, as stock clients send
 * more than is documented; what it names must be right.
 */
export function validationPipe(): ValidationPipe {
  return new ValidationPipe({ transform: true, whitelist: true, exceptionFactory: validationFault });
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
