import { isPublicRoute } from '@app/identity';
import { apiDocument } from '@app/platform';
import type { INestApplication } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';

/** The document of this service's routes. Gateways serve it as a part of theirs, as clients know one address only. */
export function apiDocs(app: INestApplication): OpenAPIObject {
  return apiDocument(app, {
    title: 'Eliza Fleet: files and speech',
    description: 'A part of the API of a gateway.',
    version: '',
    isPublic: isPublicRoute,
  });
}
