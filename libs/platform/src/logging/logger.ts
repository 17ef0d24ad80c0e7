import type { LoggerService } from '@nestjs/common';
import { pino, type Logger } from 'pino';

/** Levels a process may be told to log at. */
export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

/** Fields whose values never reach a log line. */
const SECRETS = ['password', 'secret', 'secrets', 'apiKey', 'authorization', 'token', 'cookie', 'x-api-key'];

export type { Logger };

/** The process's logger: one JSON line per entry on standard output, secrets left out. */
export function createLogger(name: string, level: string): Logger {
  const paths = SECRETS.flatMap((field) => [`["${field}"]`, `*["${field}"]`]);
  return pino({
    level,
    base: { name },
    redact: { paths, censor: '[secret]' },
    serializers: { err: errorFields },
  });
}

/** What is logged of an error. Anything else it carries, such as a statement's parameters, may be people's words. */
function errorFields(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error);
  const { name, message, stack, cause } = error;
  const code = (error as { code?: unknown }).code;
  return {
    type: name,
    message,
    ...(typeof code === 'string' || typeof code === 'number' ? { code: String(code) } : {}),
    stack,
    ...(cause === undefined ? {} : { cause: errorFields(cause) }),
  };
}

/** Nest's own messages through our logger. Its start-up list of routes and modules goes to `debug`. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, context?: string): void {
    this.logger.debug({ context }, String(message));
  }

  error(message: unknown, stack?: string, context?: string): void {
    if (message instanceof Error) this.logger.error({ err: message, context }, message.message);
    else this.logger.error({ context, stack }, String(message));
  }

  warn(message: unknown, context?: string): void {
    this.logger.warn({ context }, String(message));
  }

  debug(message: unknown, context?: string): void {
    this.logger.debug({ context }, String(message));
  }

  verbose(message: unknown, context?: string): void {
    this.logger.trace({ context }, String(message));
  }
}
