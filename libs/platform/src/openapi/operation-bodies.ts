import { getSchemaPath, type RequestBodyObject, type SchemaObject } from '@nestjs/swagger';
import type { NotedForm } from './answers.decorator.js';

/** A multipart form as the body of an operation, with the JSON that may come instead of it. */
export function formBody({ fields, orJson }: NotedForm): RequestBodyObject {
  const properties = Object.fromEntries(Object.entries(fields).map(([name, about]) => [name, field(name, about)]));
  const form = { 'multipart/form-data': { schema: { type: 'object', required: ['file'], properties } } };
  const json = orJson && { 'application/json': { schema: { $ref: getSchemaPath(orJson) } } };
  return { required: true, content: { ...form, ...json } };
}

/** Bytes as they are, as the body of an operation. */
export function octetsBody(description: string): RequestBodyObject {
  const schema = { type: 'string', format: 'binary' };
  return { required: true, description, content: { 'application/octet-stream': { schema } } };
}

function field(name: string, description: string): SchemaObject {
  return { type: 'string', ...(name === 'file' ? { format: 'binary' } : {}), description };
}
