import { FleetError } from '@app/contracts';

/** What servers answer when it is the request that is wrong. */
const OF_THE_REQUEST = [400, 413, 415, 422];

/** What a speech server's refusal means to the caller. Its own words stay behind: they may repeat a key. */
export function refusalOf(status: number): FleetError {
  if (OF_THE_REQUEST.includes(status)) {
    return new FleetError('INVALID_REQUEST', `The speech server refused the request (${status})`);
  }
  if (status === 401 || status === 403) {
    return new FleetError('UPSTREAM_FAILED', `The speech server refused the key (${status})`);
  }
  if (status === 404) {
    return new FleetError('UPSTREAM_FAILED', 'The speech server does not know the model, or has no such service (404)');
  }
  if (status === 429) return new FleetError('UNAVAILABLE', 'The speech server asks for fewer requests (429)');
  return new FleetError('UPSTREAM_FAILED', `The speech server answered ${status}`);
}

/** Whatever went wrong on the way, without addresses and keys. */
export function speechFault(error: unknown): FleetError {
  if (error instanceof FleetError) return error;
  const { name, cause, statusCode } = (error ?? {}) as { name?: unknown; cause?: unknown; statusCode?: unknown };
  if (typeof statusCode === 'number') return refusalOf(statusCode);
  if (cause instanceof FleetError) return cause;
  if (name === 'AbortError' || name === 'TimeoutError') {
    return new FleetError('UPSTREAM_TIMEOUT', 'The speech server took too long');
  }
  const { code } = (cause ?? error ?? {}) as { code?: unknown };
  const detail = typeof code === 'string' ? ` (${code})` : '';
  return new FleetError('UPSTREAM_FAILED', `The speech server could not be reached or broke off${detail}`);
}
