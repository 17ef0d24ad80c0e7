import { PUBLIC_METADATA } from '@app/identity';
import { apiDocument, serveApiDocs } from '@app/platform';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { ELIZAOS_VERSION } from '../health/health.service.js';
import { OLD_NAMES } from './old-names.js';

const ABOUT = `AI agents behind REST and Socket.IO, as ElizaOS ${ELIZAOS_VERSION} has them. Every refusal has one shape, and
lists of ids, limits and moments are forgiving where ElizaOS's clients need it.`;

/** The document of this gateway's routes at `/api/openapi.json`, and a page to read it at `/api/docs`. */
export function apiDocs(app: NestExpressApplication): void {
  serveApiDocs(app, { page: 'api/docs', document: 'api/openapi.json' }, () =>
    apiDocument(app, {
      title: 'Eliza Fleet',
      description: ABOUT,
      version: ELIZAOS_VERSION,
      isPublic: (handler, controller) =>
        [handler, controller].some((place) => Reflect.hasMetadata(PUBLIC_METADATA, place)),
      oldNames: OLD_NAMES,
    }),
  );
}
