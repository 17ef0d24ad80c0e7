import type { CorsOptions, CorsOptionsDelegate } from '@nestjs/common/interfaces/external/cors-options.interface.js';
import type { Request } from 'express';
import type { GatewayEnv } from '../env.js';

/** Which origins browsers may call from: any, unless some are named; `/api` may have its own. */
export function crossOrigin(env: GatewayEnv): CorsOptionsDelegate<Request> {
  const everywhere = originsOf(env.CORS_ORIGIN);
  const api = env.API_CORS_ORIGIN === undefined ? everywhere : originsOf(env.API_CORS_ORIGIN);
  return (request, done) => {
    const isApi = request.path === '/api' || request.path.startsWith('/api/');
    done(null, { ...SHARED, origin: isApi ? api : everywhere });
  };
}

/** What a CORS setting allows: `true` reflects whoever asks. */
export function originsOf(setting: string | undefined): true | string[] {
  if (setting === undefined || setting === '*') return true;
  return setting.split(',').map((origin) => origin.trim());
}

const SHARED: CorsOptions = {
  credentials: true,
  methods: ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'],
  allowedHeaders: ['Content-Type', 'Authorization', 'X-API-KEY', 'X-Entity-Id', 'X-Request-Id', 'Idempotency-Key'],
  exposedHeaders: ['X-Total-Count', 'X-Request-Id', 'Idempotency-Replayed'],
  maxAge: 86_400,
};
