import { existsSync, readFileSync } from 'node:fs';
import { clientEvents, serverEvents } from '@app/contracts';
import { isPublicRoute } from '@app/identity';
import { apiDocument, joinDocument, serveApiDocs } from '@app/platform';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { OpenAPIObject } from '@nestjs/swagger';
import { ELIZAOS_VERSION } from '../health/health.service.js';
import { isOfMedia } from './media-proxy.js';
import { OLD_NAMES } from './old-names.js';

const ABOUT = `AI agents behind REST and Socket.IO, as ElizaOS ${ELIZAOS_VERSION} has them. Every refusal has one shape, and
lists of ids, limits and moments are forgiving where ElizaOS's clients need it. What goes over sockets stands under
\`x-socket-events\`.`;

/** What the build wrote down of the media-service's routes: clients find them at the same address as all others. */
const OF_MEDIA = new URL('../../../../openapi/media-service.json', import.meta.url);

/** The document of the whole API at `/api/openapi.json`, and a page to read it at `/api/docs`. */
export function apiDocs(app: NestExpressApplication): void {
  serveApiDocs(app, { page: 'api/docs', document: 'api/openapi.json' }, () => {
    const document = apiDocument(app, {
      title: 'Eliza Fleet',
      description: ABOUT,
      version: ELIZAOS_VERSION,
      isPublic: isPublicRoute,
      oldNames: OLD_NAMES,
      events: { client: clientEvents, server: serverEvents },
    });
    // Only what was built whole has it.
    if (existsSync(OF_MEDIA)) {
      joinDocument(document, JSON.parse(readFileSync(OF_MEDIA, 'utf8')) as OpenAPIObject, isOfMedia);
    }
    return document;
  });
}
