import { RequestMethod, type INestApplication } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { ModulesContainer, Reflector } from '@nestjs/core';
import { PUBLIC_METADATA, RIGHTS_METADATA, type Rights } from '@app/identity';

/** Where Nest notes that a method hears a socket event, and which; only the edge imports its sockets. */
const HEARS = 'websockets:message_mapping';
const EVENT = 'message';

/** A way into a process: a route, or an event that sockets may send. */
export interface Door {
  /** Such as `GET /api/agents/:agentId`, or `socket subscribe_logs`. */
  name: string;
  /** Who may come in; nobody has to be anybody where it is `public`, nobody may where nothing is declared. */
  rights: Rights | 'public' | undefined;
  /** What its handler, or else its class, declares under this name. */
  metadata: (name: string) => unknown;
}

interface Handled {
  type: new (...args: never[]) => object;
  name: string;
  handler: (...args: never[]) => unknown;
}

/** Every door of a built application, as Nest itself finds them. */
export function doorsOf(app: INestApplication): Door[] {
  const { controllers, providers } = partsOf(app);
  return [...controllers.flatMap(routesOf), ...providers.flatMap(eventsOf)].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The routes Express knows, by the same names: what Nest does not know of stands out. */
export function expressRoutes(app: INestApplication): string[] {
  const { router } = app.getHttpAdapter().getInstance() as {
    router: { stack: { route?: { path: string; stack: { method: string }[] } }[] };
  };
  const names = router.stack.flatMap(({ route }) =>
    route ? route.stack.map(({ method }) => `${(method ?? 'all').toUpperCase()} ${route.path}`) : [],
  );
  return [...new Set(names)].sort();
}

function partsOf(app: INestApplication): { controllers: Handled[]; providers: Handled[] } {
  const controllers: Handled[] = [];
  const providers: Handled[] = [];
  for (const module of app.get(ModulesContainer).values()) {
    for (const { metatype } of module.controllers.values()) controllers.push(...handlersOf(metatype));
    for (const { metatype } of module.providers.values()) providers.push(...handlersOf(metatype));
  }
  return { controllers, providers };
}

function handlersOf(metatype: unknown): Handled[] {
  if (typeof metatype !== 'function' || !metatype.prototype) return [];
  const type = metatype as Handled['type'];
  return Object.entries(Object.getOwnPropertyDescriptors(type.prototype)).flatMap(([name, { value }]) =>
    typeof value === 'function' && name !== 'constructor' ? [{ type, name, handler: value as Handled['handler'] }] : [],
  );
}

function routesOf({ type, handler }: Handled): Door[] {
  const method = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined;
  if (method === undefined) return [];
  const path = (target: object): string[] => [Reflect.getMetadata(PATH_METADATA, target) as string | string[]].flat();
  return path(type).flatMap((base) =>
    path(handler).map((rest) => ({
      name: `${RequestMethod[method]} /${[base, rest]
        .map((part) => part.replace(/^\/|\/$/g, ''))
        .filter(Boolean)
        .join('/')}`,
      rights: rightsOf({ type, handler }),
      metadata: metadataOf({ type, handler }),
    })),
  );
}

function eventsOf({ type, handler }: Handled): Door[] {
  if (!Reflect.getMetadata(HEARS, handler)) return [];
  const event = Reflect.getMetadata(EVENT, handler) as string;
  return [{ name: `socket ${event}`, rights: rightsOf({ type, handler }), metadata: metadataOf({ type, handler }) }];
}

function rightsOf({ type, handler }: Pick<Handled, 'type' | 'handler'>): Door['rights'] {
  const reflector = new Reflector();
  if (reflector.getAllAndOverride<boolean>(PUBLIC_METADATA, [handler, type])) return 'public';
  return reflector.getAllAndOverride<Rights | undefined>(RIGHTS_METADATA, [handler, type]);
}

function metadataOf({ type, handler }: Pick<Handled, 'type' | 'handler'>): Door['metadata'] {
  return (name) => new Reflector().getAllAndOverride<unknown>(name, [handler, type]);
}
