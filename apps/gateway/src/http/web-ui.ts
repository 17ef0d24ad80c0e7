import { existsSync } from 'node:fs';
import path from 'node:path';
import { FleetError } from '@app/contracts';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import type { GatewayEnv } from '../env.js';

/** What the web UI never answers for: these have routes of their own, or none. */
const RESERVED = /^\/(api|media|socket\.io|health|healthz)(\/|$)/;

/** Files whose names change with their content. */
const HASHED = /^\/?assets\//;

const YEAR_S = 31_536_000;

/**
 * Serves a built web UI, and its `index.html` for every page it draws itself. Switched off, such pages are refused, as
 * ElizaOS does; without a folder there are none.
 */
export function serveWebUi(app: NestExpressApplication, env: GatewayEnv): void {
  if (!env.ELIZA_UI_ENABLE) {
    app.use(
      pagesOnly(() => {
        throw new FleetError('FORBIDDEN', 'The web UI is switched off');
      }),
    );
    return;
  }
  if (env.ELIZA_UI_DIR === undefined) return;
  const folder = path.resolve(env.ELIZA_UI_DIR);
  app.useStaticAssets(folder, {
    index: false,
    redirect: false,
    setHeaders: (response: Response, file: string) =>
      response.setHeader(
        'cache-control',
        HASHED.test(path.relative(folder, file)) ? `public, max-age=${YEAR_S}, immutable` : 'no-cache',
      ),
  });
  app.use(
    pagesOnly((response) => {
      response.setHeader('cache-control', 'no-cache');
      response.sendFile('index.html', { root: folder });
    }),
  );
}

/** @throws Error when ELIZA_UI_DIR holds no web UI: better at the start than with the first page */
export function demandWebUi({ ELIZA_UI_ENABLE, ELIZA_UI_DIR }: GatewayEnv): void {
  if (!ELIZA_UI_ENABLE || ELIZA_UI_DIR === undefined || existsSync(path.join(ELIZA_UI_DIR, 'index.html'))) return;
  throw new Error(`ELIZA_UI_DIR: there is no index.html in ${ELIZA_UI_DIR}`);
}

function pagesOnly(answer: (response: Response) => void) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const isPage = ['GET', 'HEAD'].includes(request.method) && !RESERVED.test(request.path);
    if (isPage) answer(response);
    else next();
  };
}
