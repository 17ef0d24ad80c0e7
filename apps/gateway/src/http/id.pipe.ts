import { FleetError, isUuid, type Uuid } from '@app/contracts';
import type { PipeTransform } from '@nestjs/common';

/** Lets only ids through a route's path, in lower case. */
export class IdPipe implements PipeTransform<unknown, Uuid> {
  /** @param of whose id it is, for the message */
  constructor(private readonly of: string) {}

  transform(value: unknown): Uuid {
    if (!isUuid(value)) throw new FleetError('INVALID_ID', `Invalid ${this.of} ID format`);
    return value.toLowerCase();
  }
}
