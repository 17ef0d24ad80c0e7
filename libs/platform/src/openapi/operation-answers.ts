import { ERROR_STATUS, type ErrorCode } from '@app/contracts';
import type { Type } from '@nestjs/common';
import { getSchemaPath, type ReferenceObject, type ResponseObject, type SchemaObject } from '@nestjs/swagger';
import type { NotedAnswer, Shape } from './answers.decorator.js';
import type { Route } from './routes.js';

/** The name of the uniform error among the document's schemas. */
export const ERROR = 'Error';

/** The body of every error, as a schema. */
export const ERROR_SCHEMA: SchemaObject = {
  type: 'object',
  description: 'What every refusal looks like. Branch on `code`; `message` is for people and may change.',
  required: ['success', 'error'],
  properties: {
    success: { type: 'boolean', enum: [false] },
    error: {
      type: 'object',
      required: ['code', 'message'],
      properties: {
        code: { type: 'string', enum: Object.keys(ERROR_STATUS) },
        message: { type: 'string' },
        details: { description: 'More to the point, such as every fault of a body' },
        requestId: { type: 'string', description: 'The name of this request in our log, also in X-Request-Id' },
      },
    },
  },
};

/** Everything a route may answer, by status. Refusals are kept in `shared`, as many routes have the same. */
export function answersOf(
  route: Route,
  isPublic: boolean,
  shared: Record<string, ResponseObject | ReferenceObject>,
): Record<string, ResponseObject | ReferenceObject> {
  const answers: Record<string, ResponseObject | ReferenceObject> = {};
  for (const [status, codes] of Object.entries(codesByStatus(route, isPublic))) {
    const name = codes.join('.');
    shared[name] ??= refusal(codes);
    answers[status] = { $ref: `#/components/responses/${name}` };
  }
  return { ...answers, ...successes(route) };
}

/** The classes that answers and bodies refer to besides those of its arguments. */
export function shapesOf({ notes: { answer, form } }: Route): Type[] {
  const shapes = form?.orJson ? [form.orJson] : [];
  if (!answer) return shapes;
  const one = elementOf(answer.shape);
  return one === String ? shapes : [...shapes, one as Type];
}

function successes({ status, notes: { answer, events, bytes } }: Route): Record<string, ResponseObject> {
  const responses: Record<string, ResponseObject> = {
    [status]: { description: status === 204 ? 'Done; there is nothing to say' : 'Done' },
  };
  if (answer) {
    const told = { description: 'Done', content: { 'application/json': { schema: schemaOf(answer) } } };
    for (const under of [status, ...answer.alsoUnder]) responses[under] = told;
  }
  if (bytes) {
    const content = Object.fromEntries(bytes.types.map((type) => [type, { schema: { description: bytes.about } }]));
    for (const under of [status, ...(bytes.alsoUnder ?? [])]) {
      responses[under] = { description: 'Done', content: { ...responses[under]?.content, ...content } };
    }
  }
  if (events !== undefined) {
    const stream = { 'text/event-stream': { schema: { type: 'string' as const, description: events } } };
    responses[200] = { description: 'Server-sent events', content: { ...responses[200]?.content, ...stream } };
  }
  return responses;
}

function schemaOf({ shape, enveloped }: NotedAnswer): SchemaObject | ReferenceObject {
  const data = Array.isArray(shape) ? { type: 'array', items: schemaOfOne(shape) } : schemaOfOne(shape);
  if (!enveloped) return data;
  const success = { type: 'boolean', enum: [true] };
  return { type: 'object', required: ['success', 'data'], properties: { success, data } };
}

function schemaOfOne(shape: Shape): SchemaObject | ReferenceObject {
  const one = elementOf(shape);
  return one === String ? { type: 'string' } : { $ref: getSchemaPath(one as Type) };
}

function elementOf(shape: Shape): unknown {
  return Array.isArray(shape) ? (shape[0] as unknown) : shape;
}

/** Codes that any route may answer. */
const ALWAYS: ErrorCode[] = ['BAD_REQUEST', 'VALIDATION_ERROR', 'RATE_LIMIT_EXCEEDED', 'INTERNAL_ERROR', 'UNAVAILABLE'];
const TO_CALLERS: ErrorCode[] = ['UNAUTHORIZED', 'FORBIDDEN', 'ENTITY_MISMATCH', 'TENANT_SUSPENDED'];
const OF_BODIES: ErrorCode[] = ['INVALID_JSON', 'INVALID_CONTENT_TYPE', 'PAYLOAD_TOO_LARGE'];

function codesByStatus(route: Route, isPublic: boolean): Record<string, ErrorCode[]> {
  const codes = new Set<ErrorCode>([
    ...ALWAYS,
    ...(isPublic ? [] : TO_CALLERS),
    ...(route.hasBody ? OF_BODIES : []),
    ...route.pathRefusals,
    ...(route.notes.refusals ?? []),
  ]);
  const byStatus: Record<string, ErrorCode[]> = {};
  for (const code of [...codes].sort()) (byStatus[ERROR_STATUS[code]] ??= []).push(code);
  return byStatus;
}

function refusal(codes: ErrorCode[]): ResponseObject {
  const code = { type: 'string', enum: codes };
  const schema = {
    allOf: [{ $ref: getSchemaPath(ERROR) }],
    properties: { error: { type: 'object', properties: { code } } },
  };
  return { description: codes.join(', '), content: { 'application/json': { schema } } };
}
