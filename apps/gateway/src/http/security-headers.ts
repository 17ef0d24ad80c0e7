import type { IncomingMessage, ServerResponse } from 'node:http';
import helmet, { type HelmetOptions } from 'helmet';

type Middleware = (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void;

const YEAR_S = 31_536_000;

/**
 * ElizaOS's headers, with the policy for production that its build lost. `/api` always demands HTTPS from browsers that
 * reached it by HTTPS, other paths in production only: a web UI is also looked at on a laptop.
 */
export function securityHeaders(production: boolean): Middleware {
  const api = helmet({
    ...shared(production),
    strictTransportSecurity: HTTPS,
    referrerPolicy: { policy: 'no-referrer' },
  });
  const root = helmet({
    ...shared(production),
    strictTransportSecurity: production ? HTTPS : false,
    referrerPolicy: { policy: 'no-referrer-when-downgrade' },
  });
  return (request, response, next) => {
    const isApi = /^\/api(\/|\?|$)/.test(request.url ?? '');
    (isApi ? api : root)(request, response, next);
  };
}

const HTTPS = { maxAge: YEAR_S, includeSubDomains: true };

/** ElizaOS serves its web client with inline scripts and shows plugin panels in frames of the same origin. */
function shared(
  production: boolean,
): Pick<HelmetOptions, 'contentSecurityPolicy' | 'crossOriginResourcePolicy' | 'frameguard'> {
  const anywhere = production ? ['https:'] : ['https:', 'http:'];
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'", ...anywhere],
        scriptSrc: ["'self'", "'unsafe-inline'", "'unsafe-eval'"],
        imgSrc: ["'self'", 'data:', 'blob:', 'https:', 'http:'],
        fontSrc: ["'self'", ...anywhere, 'data:'],
        connectSrc: ["'self'", 'ws:', 'wss:', 'https:', 'http:'],
        mediaSrc: ["'self'", 'blob:', 'data:'],
        objectSrc: ["'none'"],
        frameSrc: production ? ["'self'"] : ["'self'", 'data:'],
        baseUri: ["'self'"],
        formAction: ["'self'"],
      },
    },
    crossOriginResourcePolicy: { policy: 'cross-origin' },
    frameguard: { action: 'sameorigin' },
  };
}
