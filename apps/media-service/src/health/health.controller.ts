import { FleetError, Liveness } from '@app/contracts';
import { Public } from '@app/identity';
import { AnswersBare } from '@app/platform';
import { Controller, Get, Inject, Logger } from '@nestjs/common';
import { ObjectStorage } from '@app/storage';

/** Tells an orchestrator whether to restart this process, and whether to send it work. */
@Public()
@Controller()
export class HealthController {
  private readonly logger = new Logger(HealthController.name);

  constructor(@Inject(ObjectStorage) private readonly storage: ObjectStorage) {}

  /** The process is up. It asks nobody else: a restart here would not bring S3 back. */
  @Get('healthz')
  @AnswersBare(Liveness)
  live(): Liveness {
    return { status: 'ok', timestamp: new Date().toISOString() };
  }

  /** The process can work: S3 answers, and the bucket is there. */
  @Get('readyz')
  @AnswersBare(Liveness)
  async ready(): Promise<Liveness> {
    try {
      await this.storage.check();
    } catch (error) {
      this.logger.warn(`S3 does not answer: ${String(error)}`);
      throw new FleetError('UNAVAILABLE', 'The object store does not answer');
    }
    return this.live();
  }
}
