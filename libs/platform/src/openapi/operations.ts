import type { OpenAPIObject, OperationObject, ParameterObject, PathItemObject } from '@nestjs/swagger';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** An operation of a document, and where it stands. */
export interface PlacedOperation {
  path: string;
  method: (typeof METHODS)[number];
  operation: OperationObject;
}

/** Every operation of a document. */
export function operationsOf({ paths }: Pick<OpenAPIObject, 'paths'>): PlacedOperation[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      return operation ? [{ path, method, operation }] : [];
    }),
  );
}

/** Makes the first sentence of a doc comment the summary and leaves the rest to the description. */
export function splitSummary(operation: OperationObject): void {
  const [first = '', ...rest] = (operation.summary ?? '').split(/(?<=[^.]\.) +(?=[A-Z`])/);
  operation.summary = first.replace(/\.$/, '');
  if (rest.length > 0) operation.description = rest.join(' ');
}

/** Tells of every part of a path what it is; those whose names end in `Id` are ids. */
export function describePath(path: string, operation: OperationObject): void {
  const known = (operation.parameters ?? []) as ParameterObject[];
  const others = known.filter((parameter) => parameter.in !== 'path');
  const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
  operation.parameters = [...named.map((name) => partOfPath(name, known)), ...others];
}

function partOfPath(name: string, known: ParameterObject[]): ParameterObject {
  const noted = known.find((parameter) => parameter.in === 'path' && parameter.name === name);
  const schema = name.endsWith('Id') ? { type: 'string', format: 'uuid' } : { type: 'string' };
  return { ...(noted ?? { name, in: 'path', schema }), required: true, ...(name.endsWith('Id') ? { schema } : {}) };
}

/** A part of paths that has an older name. */
export interface OldName {
  old: string;
  name: string;
  /** Whether only what is below it is reached so, and not `name` itself. */
  onlyBelow?: boolean;
  /** The only method that is reached so. */
  onlyMethod?: string;
}

/** Lists operations under their older names too, as deprecated. */
export function addOldNames(document: OpenAPIObject, oldNames: readonly OldName[]): void {
  for (const { path, method, operation } of operationsOf(document)) {
    for (const { old, name, onlyBelow = false, onlyMethod } of oldNames) {
      const rest = path.startsWith(name) ? path.slice(name.length) : undefined;
      if (rest === undefined || (rest === '' ? onlyBelow : !rest.startsWith('/'))) continue;
      if (onlyMethod !== undefined && (method !== onlyMethod.toLowerCase() || rest !== '')) continue;
      const item: PathItemObject = (document.paths[old + rest] ??= {});
      item[method] ??= {
        ...operation,
        operationId: `${operation.operationId}.${old.slice(old.lastIndexOf('/') + 1)}`,
        description: `An older name of \`${path}\`.`,
        deprecated: true,
      };
    }
  }
}
