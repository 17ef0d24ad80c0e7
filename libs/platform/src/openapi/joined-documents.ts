import type { OpenAPIObject } from '@nestjs/swagger';

/** Adds to a document the paths of another one that callers reach at the same address, with what they refer to. */
export function joinDocument(whole: OpenAPIObject, part: OpenAPIObject, isReached: (path: string) => boolean): void {
  for (const [path, item] of Object.entries(part.paths)) {
    if (isReached(path)) whole.paths[path] ??= item;
  }
  const { schemas, responses } = part.components ?? {};
  whole.components = {
    ...whole.components,
    schemas: { ...schemas, ...whole.components?.schemas },
    responses: { ...responses, ...whole.components?.responses },
  };
}
