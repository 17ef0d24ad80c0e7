import { ERROR_STATUS, FleetError, type ErrorBody, type ErrorCode } from '@app/contracts';

/** An error as its caller gets it, and whether it was our fault. */
export interface ErrorAnswer {
  status: number;
  body: ErrorBody;
  /** Our bug or the world's fault: worth a log line with everything. */
  ours: boolean;
  /** After how many seconds to try again, where the error says so itself. */
  retryAfter?: number;
}

/** The one mapping from anything thrown to the uniform answer, for HTTP and for socket errors alike. */
export function errorAnswer(error: unknown, requestId?: string): ErrorAnswer {
  if (error instanceof FleetError) return answer(error.code, error.message, { requestId, details: error.details });
  const status = httpStatusOf(error);
  if (status === 503 || isUnavailable(error)) {
    return answer('UNAVAILABLE', 'The service cannot answer right now; try again shortly', { requestId, ours: true });
  }
  if (status !== undefined && status < 500)
    return answer(codeOf(error, status), messageOf(error, status), { requestId });
  return answer('INTERNAL_ERROR', 'Something went wrong on our side', { requestId, ours: true });
}

function answer(
  code: ErrorCode,
  message: string,
  more: { requestId?: string; details?: unknown; ours?: boolean },
): ErrorAnswer {
  const { requestId, details, ours = false } = more;
  const error: ErrorBody['error'] = { code, message };
  if (details !== undefined) error.details = details;
  if (requestId !== undefined) error.requestId = requestId;
  const { retryAfter } = (details ?? {}) as { retryAfter?: unknown };
  const told = typeof retryAfter === 'number' ? { retryAfter } : {};
  return { status: ERROR_STATUS[code], body: { success: false, error }, ours, ...told };
}

/** Express's body parser and Nest put the status on the error in different places. */
function httpStatusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { status, statusCode, getStatus } = error as { status?: unknown; statusCode?: unknown; getStatus?: unknown };
  if (typeof getStatus === 'function') return Number(getStatus.call(error));
  if (typeof status === 'number') return status;
  return typeof statusCode === 'number' ? statusCode : undefined;
}

const CODES: Record<number, ErrorCode> = {
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  409: 'CONFLICT',
  413: 'PAYLOAD_TOO_LARGE',
  429: 'RATE_LIMIT_EXCEEDED',
};

function codeOf(error: unknown, status: number): ErrorCode {
  if ((error as { type?: unknown }).type === 'entity.parse.failed') return 'INVALID_JSON';
  return CODES[status] ?? 'BAD_REQUEST';
}

function messageOf(error: unknown, status: number): string {
  const type = (error as { type?: unknown }).type;
  if (type === 'entity.parse.failed') return 'The body is not valid JSON';
  if (status === 413) return 'The body is larger than allowed';
  return error instanceof Error ? error.message : 'The request was refused';
}

/** Postgres or Redis is away: SQLSTATE classes 08, 53 and 57P, and the socket errors of both clients. */
const AWAY = /^(08...|53...|57P0.|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EPIPE|ENOTFOUND|EHOSTUNREACH)$/;

function isUnavailable(error: unknown): boolean {
  const { code, driverError } = (error ?? {}) as { code?: unknown; driverError?: { code?: unknown } };
  const known = code ?? driverError?.code;
  if (typeof known === 'string' && AWAY.test(known)) return true;
  return error instanceof Error && /Connection terminated|timeout exceeded when trying to connect/.test(error.message);
}
