import { newId } from '@app/contracts';
import type { ApiDocument, Json, Operation } from './api-document.js';
import { STRANGE_FORMS } from './strange-forms.js';
import { STRANGE_BODIES, STRANGE_PARTS, STRANGE_QUERIES, STRANGE_VALUES } from './strange-values.js';

/** A request with something wrong in it. */
export interface StrangeCall {
  /** What is wrong, for a report. */
  name: string;
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string | Buffer;
}

/** Calls with something wrong in one place each: for every operation, every way in which each of its parts may be wrong. */
export class StrangeCalls {
  constructor(
    private readonly api: ApiDocument,
    /** An id that stands for a part of a path or a field of this name. */
    private readonly idFor: (name: string) => string,
  ) {}

  /** Every part of an operation, as the calls in which it is wrong. */
  of(operation: Operation): StrangeCall[][] {
    const parts = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
    const queries = operation.about.parameters
      .filter((one: Json) => one.in === 'query')
      .map((one: Json) => one.name as string);
    const groups = [
      ...parts.map((part) => this.withParts(operation, part)),
      ...queries.map((query: string) => this.withQueries(operation, query)),
    ];
    if (operation.about.requestBody?.content['multipart/form-data']) groups.push(this.withForms(operation));
    const schema = this.bodyOf(operation);
    if (!schema) return groups;
    const fields = Object.keys(schema.properties ?? {});
    return [
      ...groups,
      this.withBodies(operation),
      this.withObjects(operation, schema),
      ...fields.map((field) => this.withValues(operation, schema, field)),
    ];
  }

  private withParts(operation: Operation, part: string): StrangeCall[] {
    return STRANGE_PARTS.map((strange) =>
      this.call(operation, { name: `${part} ${strange.slice(0, 30)}`, parts: { [part]: strange } }),
    );
  }

  private withQueries(operation: Operation, query: string): StrangeCall[] {
    return STRANGE_QUERIES.map((strange) => {
      const text = strange(query);
      return this.call(operation, { name: `?${text.slice(0, 40)}`, query: text });
    });
  }

  private withBodies(operation: Operation): StrangeCall[] {
    return STRANGE_BODIES.map(({ name, type, body, more = {} }) => ({
      ...this.call(operation, { name: `a body of ${name}` }),
      headers: { 'content-type': type, ...more },
      body,
    }));
  }

  private withForms(operation: Operation): StrangeCall[] {
    return STRANGE_FORMS.map(({ name, type, body }) => ({
      ...this.call(operation, { name: `a form of ${name}` }),
      headers: { 'content-type': type },
      body,
    }));
  }

  /** The body as a whole: everything missing, one thing missing, much that nobody asked for. */
  private withObjects(operation: Operation, schema: Json): StrangeCall[] {
    const whole = this.sound(schema);
    const without = Object.keys(whole).map((field) => {
      const { [field]: _, ...rest } = whole;
      return this.call(operation, { name: `without ${field}`, body: rest });
    });
    const more = Object.fromEntries(
      STRANGE_VALUES.filter(({ value }) => size(value) < 1_000).map(({ name, value }) => [name, value]),
    );
    return [
      this.call(operation, { name: 'as it should be', body: whole }),
      this.call(operation, { name: 'with nothing', body: {} }),
      this.call(operation, { name: 'with much more', body: { ...whole, ...more } }),
      this.call(operation, {
        name: 'with fields of the server',
        body: { ...whole, tenantId: newId(), tenant_id: newId(), seq: 1, id: newId() },
      }),
      ...without,
    ];
  }

  private withValues(operation: Operation, schema: Json, field: string): StrangeCall[] {
    const whole = this.sound(schema);
    return STRANGE_VALUES.map(({ name, value }) =>
      this.call(operation, { name: `${field} is ${name}`, body: { ...whole, [field]: value } }),
    );
  }

  private call(
    { method, path, name: operation }: Operation,
    { name, parts = {}, query, body }: { name: string; parts?: Record<string, string>; query?: string; body?: Json },
  ): StrangeCall {
    const address = path.replace(/\{(\w+)\}/g, (_, part: string) => parts[part] ?? this.idFor(part));
    return {
      name: `${operation}: ${name}`,
      method,
      path: query === undefined ? address : `${address}?${query}`,
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    };
  }

  /** The schema of an operation's body. */
  private bodyOf({ about }: Operation): Json {
    const schema = about.requestBody?.content['application/json']?.schema;
    return schema && this.resolved(schema);
  }

  private resolved(schema: Json): Json {
    const reference = schema.$ref ?? schema.allOf?.[0]?.$ref;
    return reference ? this.api.document.components.schemas[reference.split('/').at(-1)] : schema;
  }

  /** A body that has what it must have, and ids where they may be. */
  private sound(schema: Json): Record<string, Json> {
    const entries = Object.entries<Json>(schema.properties ?? {}).filter(
      ([name, field]) => schema.required?.includes(name) || field.format === 'uuid',
    );
    return Object.fromEntries(entries.map(([name, field]) => [name, this.soundField(name, this.resolved(field))]));
  }

  private soundField(name: string, field: Json): Json {
    if (field.enum) return field.enum[0];
    if (field.format === 'uuid') return this.idFor(name);
    switch (field.type) {
      case 'array':
        return [];
      case 'object':
        return field.properties ? this.sound(field) : {};
      case 'integer':
      case 'number':
        return field.minimum ?? 1;
      case 'boolean':
        return true;
      default:
        return 'Hello';
    }
  }
}

function size(value: unknown): number {
  return JSON.stringify(value).length;
}
