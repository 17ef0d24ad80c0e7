import { FleetError } from '@app/contracts';
import { Operators } from '@app/identity';
import type { Logger } from '@app/platform';
import { Inject, Injectable } from '@nestjs/common';
import { LOGGER } from '../tokens.js';

/** So long the answer has to reach its caller before the process begins to stop, in milliseconds. */
const FAREWELL_MS = 100;

/** What only those may do who run the installation; a tenant's key gives no right to it. */
@Injectable()
export class OperationsService {
  constructor(
    @Inject(Operators) private readonly operators: Operators,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Stops this process as an orchestrator would, with SIGTERM: it ends in order, and whoever runs it may start it anew.
   *
   * @throws FleetError FORBIDDEN
   */
  stop(key: string | undefined): void {
    if (key === undefined || !this.operators.find(key)) {
      throw new FleetError('FORBIDDEN', 'Only operators may stop the server (X-Operator-Key)');
    }
    this.logger.info('An operator stops this process');
    setTimeout(() => process.kill(process.pid, 'SIGTERM'), FAREWELL_MS);
  }
}
