/**
 * Every error code a caller can meet, with the HTTP status it travels under. Codes are stable: clients may branch on
 * them; messages may change.
 */
export const ERROR_STATUS = {
  VALIDATION_ERROR: 400,
  INVALID_ID: 400,
  INVALID_JSON: 400,
  INVALID_CONTENT_TYPE: 400,
  CREATE_ERROR: 400,
  BAD_REQUEST: 400,
  INVALID_TRANSPORT: 400,
  NO_AGENT: 400,
  SESSION_RENEWAL_FAILED: 400,
  UNKNOWN_EVENT: 400,
  URL_NOT_ALLOWED: 400,
  INVALID_REQUEST: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  ENTITY_MISMATCH: 403,
  TENANT_SUSPENDED: 403,
  INVALID_LINK: 403,
  NOT_FOUND: 404,
  AGENT_NOT_FOUND: 404,
  CHANNEL_NOT_FOUND: 404,
  JOB_NOT_FOUND: 404,
  MESSAGE_SERVER_NOT_FOUND: 404,
  SESSION_NOT_FOUND: 404,
  TENANT_NOT_FOUND: 404,
  API_KEY_NOT_FOUND: 404,
  PLAN_NOT_FOUND: 404,
  TURN_NOT_FOUND: 404,
  MEDIA_NOT_FOUND: 404,
  UPLOAD_NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  UPLOAD_TOO_SLOW: 408,
  CONFLICT: 409,
  PLAN_IN_USE: 409,
  IDEMPOTENCY_CONFLICT: 409,
  IDEMPOTENCY_IN_PROGRESS: 409,
  TURN_CANCELLED: 409,
  UPLOAD_INCOMPLETE: 409,
  SESSION_EXPIRED: 410,
  PAYLOAD_TOO_LARGE: 413,
  FILE_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  RANGE_NOT_SATISFIABLE: 416,
  FILE_REFUSED: 422,
  RATE_LIMIT_EXCEEDED: 429,
  UPLOAD_RATE_LIMIT_EXCEEDED: 429,
  QUOTA_EXCEEDED: 429,
  INTERNAL_ERROR: 500,
  NOT_IMPLEMENTED: 501,
  TURN_FAILED: 502,
  UPSTREAM_FAILED: 502,
  TEE_NOT_AVAILABLE: 501,
  AUDIO_NOT_AVAILABLE: 501,
  UNAVAILABLE: 503,
  STORAGE_UNAVAILABLE: 503,
  UPLOADS_BUSY: 503,
  SCANNER_UNAVAILABLE: 503,
  TURN_TIMEOUT: 504,
  UPSTREAM_TIMEOUT: 504,
} as const;

/** A code of {@link ERROR_STATUS}. */
export type ErrorCode = keyof typeof ERROR_STATUS;

/** The uniform body of every error answer. Never carries a stack. */
export interface ErrorBody {
  success: false;
  error: { code: ErrorCode; message: string; details?: unknown; requestId?: string };
}

/** The caller's fault, or a refusal the caller has to know of: answered under its code's status, never retried. */
export class FleetError extends Error {
  override readonly name = 'FleetError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details?: unknown,
  ) {
    super(message);
  }

  get status(): number {
    return ERROR_STATUS[this.code];
  }
}
