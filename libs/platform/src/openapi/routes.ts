import type { ErrorCode } from '@app/contracts';
import { RequestMethod, type INestApplication, type Type } from '@nestjs/common';
import { HTTP_CODE_METADATA, METHOD_METADATA, PATH_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import { notesOf, type RouteNotes } from './answers.decorator.js';
import { isClass } from './validated-fields.js';

/** A method of a controller that answers a route. */
export interface Route {
  /** Its name in the document, such as `Agents.list`. */
  operation: string;
  /** What it is about, such as `Channel messages`. */
  tag: string;
  controller: Type;
  handler: object;
  /** Of its success. */
  status: number;
  notes: RouteNotes;
  /** Classes of its body and query. */
  inputs: Type[];
  hasBody: boolean;
  /** Codes with which the pipes of its path refuse. */
  pathRefusals: ErrorCode[];
  /** Answers every method, only to say what there is not. */
  catchesAll: boolean;
}

/** Every route of an application's controllers. */
export function routesOf(app: INestApplication): Route[] {
  const modules = [...app.get(ModulesContainer).values()];
  const controllers = modules.flatMap((module) => [...module.controllers.values()]);
  return controllers.flatMap(({ metatype }) => {
    const controller = metatype as Type;
    const prototype = controller.prototype as Record<string, object>;
    const names = new MetadataScanner().getAllMethodNames(prototype);
    return names
      .filter((name) => Reflect.hasMetadata(PATH_METADATA, prototype[name]!))
      .map((name) => routeOf(controller, name, prototype[name]!));
  });
}

function routeOf(controller: Type, name: string, handler: object): Route {
  const method = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod;
  const usual = method === RequestMethod.POST ? 201 : 200;
  const types = (Reflect.getMetadata('design:paramtypes', controller.prototype as object, name) ?? []) as unknown[];
  const takes = argumentsOf(controller, name);
  const inputs = takes.filter(({ kind }) => kind === RouteParamtypes.BODY || kind === RouteParamtypes.QUERY);
  const notes = notesOf(handler);
  return {
    operation: `${nounOf(controller)}.${name}`,
    tag: nounOf(controller).replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`),
    controller,
    handler,
    status: (Reflect.getMetadata(HTTP_CODE_METADATA, handler) as number | undefined) ?? usual,
    notes,
    inputs: [...inputs.map(({ index }) => types[index]), notes.form?.orJson].filter(isClass),
    hasBody: takes.some(({ kind }) => kind === RouteParamtypes.BODY) || notes.form?.orJson !== undefined,
    pathRefusals: hasIds(controller, handler) ? refusalsOf(takes) : [],
    catchesAll: method === RequestMethod.ALL,
  };
}

/** What a controller is about. */
export function nounOf({ name }: { name: string }): string {
  return name.replace(/Controller$/, '');
}

interface Argument {
  kind: RouteParamtypes;
  index: number;
  pipes: unknown[];
}

/** Nest keeps what a method takes under keys such as `3:0`: the body, as the first argument. */
function argumentsOf(controller: Type, name: string): Argument[] {
  const kept = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, name) ?? {}) as Record<
    string,
    { index: number; pipes?: unknown[] }
  >;
  return Object.entries(kept).map(([key, { index, pipes = [] }]) => ({
    kind: Number(key.split(':')[0]),
    index,
    pipes,
  }));
}

/** Whether something of a route's path is an id. */
function hasIds(controller: Type, handler: object): boolean {
  const paths = [controller, handler].flatMap(
    (place) => Reflect.getMetadata(PATH_METADATA, place) as string | string[],
  );
  return paths.some((path) => /:\w+Id\b/.test(path));
}

/** A pipe of ids says with which code it refuses what is none; who takes several at once has no pipe. */
function refusalsOf(takes: Argument[]): ErrorCode[] {
  const ofPath = takes.filter(({ kind }) => kind === RouteParamtypes.PARAM);
  const told = ofPath.flatMap(({ pipes }) => pipes.flatMap((pipe) => (pipe as { refusal?: ErrorCode }).refusal ?? []));
  return told.length > 0 ? told : ['INVALID_ID'];
}
