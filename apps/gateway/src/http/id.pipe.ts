import { FleetError, isUuid, type ErrorCode, type Uuid } from '@app/contracts';
import type { PipeTransform } from '@nestjs/common';

/** Lets only ids through a route's path, in lower case. */
export class IdPipe implements PipeTransform<unknown, Uuid> {
  /**
   * @param of whose id it is, for the message
   * @param refusal what callers hear of what is no id; where ElizaOS does not look, it is simply not found
   */
  constructor(
    private readonly of: string,
    readonly refusal: ErrorCode = 'INVALID_ID',
  ) {}

  transform(value: unknown): Uuid {
    if (!isUuid(value)) throw new FleetError(this.refusal, `Invalid ${this.of} ID format`);
    return value.toLowerCase();
  }
}
