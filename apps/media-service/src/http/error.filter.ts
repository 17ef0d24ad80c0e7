import { errorAnswer } from '@app/platform';
import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Response } from 'express';

/** Answers every error in the one form callers know. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger(ErrorFilter.name);

  catch(error: unknown, host: ArgumentsHost): void {
    const { status, body, ours } = errorAnswer(error);
    if (ours) this.logger.error(error);
    const response = host.switchToHttp().getResponse<Response>();
    // The answer is under way already: cutting it off is the only way left to say that it is not whole.
    if (response.headersSent) response.destroy();
    else response.status(status).json(body);
  }
}
