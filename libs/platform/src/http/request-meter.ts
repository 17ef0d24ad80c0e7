import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { counter, gauge, histogram } from '../metrics/metrics.js';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/** Routes are those of the code, so there are only so many. */
const ROUTE = { atMost: 400 };

const requests = counter('eliza_http_requests_total', 'Requests answered, by route and kind of answer', {
  method: METHODS,
  route: ROUTE,
  status: ['1xx', '2xx', '3xx', '4xx', '5xx', 'gone'],
});

const durations = histogram(
  'eliza_http_request_duration_seconds',
  'From the head of a request to the end of its answer',
  {
    labels: { method: METHODS, route: ROUTE },
    buckets: [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 10, 30],
  },
);

let open = 0;
gauge('eliza_http_requests_open', 'Requests that are under way').watch({}, () => open);

/**
 * Express middleware that counts requests and takes their time, by the pattern of their route. What no route takes is
 * `none`, so that addresses that callers think of make no series. A caller that left before its answer is `gone`.
 */
export function requestMeter(): RequestHandler {
  return (request: Request, response: Response, next: NextFunction): void => {
    const took = durations.begin();
    open++;
    response.once('close', () => {
      open--;
      const { path } = (request.route ?? {}) as { path?: unknown };
      const about = { method: request.method as (typeof METHODS)[number], route: nameOf(path) };
      took(about);
      requests.add({ ...about, status: response.writableFinished ? kindOf(response.statusCode) : 'gone' });
    });
    next();
  };
}

function nameOf(path: unknown): string {
  if (typeof path === 'string') return path;
  return path instanceof RegExp ? path.source.slice(0, 100) : 'none';
}

function kindOf(status: number): '1xx' | '2xx' | '3xx' | '4xx' | '5xx' {
  return `${Math.min(5, Math.max(1, Math.floor(status / 100)))}xx` as '2xx';
}
