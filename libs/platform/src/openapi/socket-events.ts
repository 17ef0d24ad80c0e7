import type { Type } from '@nestjs/common';
import { getSchemaPath, type OpenAPIObject } from '@nestjs/swagger';

/** What each event of one side carries, and what it is about. */
export type EventCatalogue = Readonly<Record<string, { readonly payload: Type | undefined; readonly about: string }>>;

/** The events of a Socket.IO connection, by who sends them. */
export interface SocketEvents {
  client: EventCatalogue;
  server: EventCatalogue;
}

/** The classes of payloads. */
export function payloadsOf({ client, server }: SocketEvents): Type[] {
  return [...Object.values(client), ...Object.values(server)].flatMap(({ payload }) => payload ?? []);
}

/** Adds events to a document as `x-socket-events`: OpenAPI has no place of its own for them. */
export function addEvents(document: OpenAPIObject, { client, server }: SocketEvents): void {
  const told = { client: described(client), server: described(server) };
  (document as OpenAPIObject & { 'x-socket-events': unknown })['x-socket-events'] = told;
}

function described(events: EventCatalogue): Record<string, object> {
  return Object.fromEntries(
    Object.entries(events).map(([name, { payload, about }]) => [
      name,
      { description: about, ...(payload ? { payload: { $ref: getSchemaPath(payload) } } : {}) },
    ]),
  );
}
