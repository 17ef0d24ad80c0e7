import { Transform, type TransformFnParams } from 'class-transformer';
import { IsUUID, type ValidationOptions } from 'class-validator';

/** A field with an id by ElizaOS's rule, or with several (`each`); in lower case afterwards, as Postgres has it. */
export function IsId(options?: ValidationOptions): PropertyDecorator {
  return (target, property) => {
    IsUUID('loose', options)(target, property);
    Transform(({ value }: TransformFnParams): unknown => lowerCase(value))(target, property);
  };
}

function lowerCase(value: unknown): unknown {
  if (typeof value === 'string') return value.toLowerCase();
  return Array.isArray(value) ? value.map(lowerCase) : value;
}
