import { ValidateBy, type ValidationOptions } from 'class-validator';

/** A value whose JSON has at most so many bytes. */
export function IsJsonUpTo(bytes: number, options?: ValidationOptions): PropertyDecorator {
  return ValidateBy(
    {
      name: 'isJsonUpTo',
      validator: {
        validate: (value: unknown) => Buffer.byteLength(JSON.stringify(value) ?? '') <= bytes,
        defaultMessage: () => `$property must not be larger than ${bytes} bytes`,
      },
    },
    options,
  );
}
