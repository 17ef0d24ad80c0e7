import type { Type } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { getMetadataStorage } from 'class-validator';

/** The format of a field that takes a moment, until {@link sayMoments} says in types what that is. */
const MOMENT = 'moment';

/** What a check of class-validator says of its field, where the compiler plug-in does not read it. */
const SAYS: Record<string, (limits: unknown[]) => ApiPropertyOptions> = {
  isUuid: () => ({ format: 'uuid' }),
  isInt: () => ({ type: 'integer' }),
  isNotEmpty: () => ({ minLength: 1 }),
  isPositive: () => ({ minimum: 0, exclusiveMinimum: 0 as never }),
  maxLength: ([most]) => ({ maxLength: most as number }),
  arrayMaxSize: ([most]) => ({ maxItems: most as number }),
  isDate: () => ({ type: 'string', format: MOMENT }),
};

/** Notes for the document what the checks of these classes, and of those within them, demand of their fields. */
export function describeValidatedFields(types: Iterable<Type>): void {
  const open = [...types];
  const known = new Set<Type>(open);
  for (let type = open.pop(); type; type = open.pop()) {
    describeFields(type);
    for (const inner of typesWithin(type)) {
      if (!known.has(inner)) open.push(inner);
      known.add(inner);
    }
  }
}

function describeFields(type: Type): void {
  const prototype = type.prototype as object;
  for (const check of getMetadataStorage().getTargetValidationMetadatas(type, '', false, false)) {
    const says = SAYS[check.name ?? check.type]?.((check.constraints as unknown[] | undefined) ?? []);
    if (says) ApiProperty(says)(prototype, check.propertyName);
  }
}

/** The plug-in writes down for every class what its fields are. */
interface Described {
  _OPENAPI_METADATA_FACTORY?(): Record<string, { type?: unknown }>;
}

function typesWithin(type: Type): Type[] {
  const fields = Object.values((type as Described)._OPENAPI_METADATA_FACTORY?.() ?? {});
  return fields.flatMap(({ type: of }) => {
    const found: unknown = typeof of === 'function' ? (of as () => unknown)() : of;
    const one: unknown = Array.isArray(found) ? found[0] : found;
    return isClass(one) ? [one] : [];
  });
}

/** Whether this is a class of ours, and none that JavaScript brings along. */
export function isClass(value: unknown): value is Type {
  return typeof value === 'function' && ![Object, String, Number, Boolean, Array, Date].includes(value as never);
}

/** Moments come as texts or in epoch milliseconds: both types are said wherever a document speaks of one. */
export function sayMoments(node: unknown): void {
  if (typeof node !== 'object' || node === null) return;
  const schema = node as { type?: unknown; format?: unknown };
  if (schema.format === MOMENT) {
    schema.type = ['string', 'integer'];
    delete schema.format;
  }
  for (const inner of Object.values(node)) sayMoments(inner);
}
