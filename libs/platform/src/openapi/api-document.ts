import type { INestApplication, Type } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject, type RequestBodyObject } from '@nestjs/swagger';
import { answersOf, ERROR, ERROR_SCHEMA, shapesOf } from './operation-answers.js';
import { formBody, octetsBody } from './operation-bodies.js';
import { addOldNames, describePath, operationsOf, splitSummary, type OldName } from './operations.js';
import { nounOf, routesOf } from './routes.js';
import { addEvents, payloadsOf, type SocketEvents } from './socket-events.js';
import { describeValidatedFields, sayMoments } from './validated-fields.js';

/** What an application says about its document. */
export interface ApiDescription {
  title: string;
  description: string;
  version: string;
  /** Whether anybody may call a route. */
  isPublic(handler: object, controller: Type): boolean;
  /** Parts of paths that have older names. */
  oldNames?: readonly OldName[];
  /** What goes over its sockets. */
  events?: SocketEvents;
}

/** A body without a class. */
const ANY_OBJECT: RequestBodyObject = { content: { 'application/json': { schema: { type: 'object' } } } };

/** How callers prove who they are. */
const KEY = 'X-API-KEY';
const BEARER = 'bearer';

/**
 * The OpenAPI 3.1 document of an application: its controllers, the classes of their bodies and queries with what
 * class-validator demands of them, and what `@Answers` and its like note of their answers. Types and descriptions of
 * fields come from the compiler plug-in, so only what `nest build` built tells all of them.
 */
export function apiDocument(app: INestApplication, about: ApiDescription): OpenAPIObject {
  const routes = routesOf(app);
  const payloads = about.events ? payloadsOf(about.events) : [];
  describeValidatedFields([...routes.flatMap(({ inputs }) => inputs), ...payloads]);
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle(about.title)
    .setDescription(about.description)
    .setVersion(about.version)
    .addApiKey({ type: 'apiKey', in: 'header', name: KEY }, KEY)
    .addBearerAuth(
      { type: 'http', scheme: 'bearer', description: 'A key of a tenant, or a token of an end user' },
      BEARER,
    );
  const document = SwaggerModule.createDocument(app, config.build(), {
    extraModels: [...routes.flatMap(shapesOf), ...payloads],
    operationIdFactory: (controller, method) => `${nounOf({ name: controller })}.${method}`,
    autoTagControllers: false,
  });
  const { schemas = {}, responses = {}, ...components } = document.components ?? {};
  schemas[ERROR] = ERROR_SCHEMA;
  document.components = { ...components, schemas, responses };

  const byOperation = new Map(routes.map((route) => [route.operation, route]));
  for (const { path, operation } of operationsOf(document)) {
    const route = byOperation.get(operation.operationId!.replace(/\[\d+\]$/, ''));
    if (!route || route.catchesAll) {
      delete document.paths[path];
      continue;
    }
    const isPublic = about.isPublic(route.handler, route.controller);
    operation.tags = [route.tag];
    operation.responses = answersOf(route, isPublic, responses);
    operation.security = isPublic ? [] : [{ [KEY]: [] }, { [BEARER]: [] }];
    if (route.notes.form) operation.requestBody = formBody(route.notes.form);
    else if (route.notes.octets) operation.requestBody = octetsBody(route.notes.octets);
    else if (route.hasBody) operation.requestBody ??= ANY_OBJECT;
    splitSummary(operation);
    describePath(path, operation);
  }
  addOldNames(document, about.oldNames ?? []);
  if (about.events) addEvents(document, about.events);
  sayMoments(document);
  return document;
}
