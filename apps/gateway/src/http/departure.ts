import type { Response } from 'express';

/** Aborted when the caller goes away before he has his answer. */
export function departure(response: Response): AbortSignal {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  return gone.signal;
}
