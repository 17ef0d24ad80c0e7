import type { INestApplication } from '@nestjs/common';
import { SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';

/**
 * Serves a document at `<path>.json` beside a page that shows it, whose parts come from here and from nowhere else.
 * Whoever reaches the server may read both: they tell what the sources tell. The document is made when it is first
 * asked for.
 */
export function serveApiDocs(
  app: INestApplication,
  paths: { page: string; document: string },
  document: () => OpenAPIObject,
): void {
  SwaggerModule.setup(paths.page, app, document, { jsonDocumentUrl: paths.document, raw: ['json'] });
}
