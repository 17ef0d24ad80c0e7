import { FleetError, isUuid, type ErrorCode, type Uuid } from '@app/contracts';
import type { PipeTransform } from '@nestjs/common';

/** Lets only ids through a route's path, in lower case. */
export class IdPipe implements PipeTransform<unknown, Uuid> {
  /**
   * @param of whose id it is, for the message
   * @param unknown what callers hear of what is no id; where ElizaOS does not look, it is simply not found
   */
  constructor(
    private readonly of: string,
    private readonly unknown: ErrorCode = 'INVALID_ID',
  ) {}

  transform(value: unknown): Uuid {
    if (!isUuid(value)) throw new FleetError(this.unknown, `Invalid ${this.of} ID format`);
    return value.toLowerCase();
  }
}
