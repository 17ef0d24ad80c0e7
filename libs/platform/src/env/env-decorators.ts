import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsNumber, IsOptional, IsString, Matches, Max, Min, MinLength } from 'class-validator';
import 'reflect-metadata';

/** What the configuration page says about one variable. */
export interface EnvVariable {
  name: string;
  kind: string;
  description: string;
  required: boolean;
  secret: boolean;
}

interface Options {
  /** The process does not start without it. */
  required?: boolean;
  /** Its value is never shown. */
  secret?: boolean;
}

const VARIABLES = Symbol('env variables');

/** The variables a class declares, inherited ones first, in the order they stand in the source. */
export function envVariables(type: object): EnvVariable[] {
  return (Reflect.getMetadata(VARIABLES, type) as EnvVariable[] | undefined) ?? [];
}

/** A text. */
export function EnvText(description: string, options: Options = {}): PropertyDecorator {
  return variable({ kind: 'text', description, ...options }, [IsString(), MinLength(1)]);
}

/** A whole number within bounds. */
export function EnvInt(description: string, bounds: { min?: number; max?: number } = {}): PropertyDecorator {
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = bounds;
  return variable({ kind: 'whole number', description }, [Transform(toNumber), IsInt(), Min(min), Max(max)]);
}

/** A number within bounds. */
export function EnvNumber(description: string, bounds: { min?: number; max?: number } = {}): PropertyDecorator {
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = bounds;
  return variable({ kind: 'number', description }, [Transform(toNumber), IsNumber(), Min(min), Max(max)]);
}

/** `true` or `false` (also 1/0, on/off, yes/no). */
export function EnvFlag(description: string): PropertyDecorator {
  return variable({ kind: 'true or false', description }, [Transform(toFlag), IsBoolean()]);
}

/** One of a few words. */
export function EnvChoice(choices: readonly string[], description: string, options: Options = {}): PropertyDecorator {
  return variable({ kind: choices.join(' \\| '), description, ...options }, [IsIn([...choices])]);
}

/** An address with one of the given schemes. */
export function EnvUrl(schemes: string[], description: string, options: Options = {}): PropertyDecorator {
  const pattern = new RegExp(`^(${schemes.join('|')})://[^\\s]+$`);
  const message = `$property must be an address that starts with ${schemes.map((s) => `${s}://`).join(' or ')}`;
  const kind = `${schemes.join(' / ')} address`;
  return variable({ kind, description, ...options }, [Matches(pattern, { message })]);
}

function variable(told: Pick<EnvVariable, 'kind' | 'description'> & Options, checks: PropertyDecorator[]) {
  const { kind, description, required = false, secret = false } = told;
  return (target: object, property: string | symbol): void => {
    const known = envVariables(target.constructor);
    const entry = { name: String(property), kind, description, required, secret };
    Reflect.defineMetadata(VARIABLES, [...known, entry], target.constructor);
    for (const check of required ? checks : [...checks, IsOptional()]) check(target, property);
  };
}

function toNumber({ value }: { value: unknown }): unknown {
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
}

const FLAGS: Record<string, boolean> = {
  true: true,
  '1': true,
  on: true,
  yes: true,
  false: false,
  '0': false,
  off: false,
  no: false,
};

function toFlag({ value }: { value: unknown }): unknown {
  return typeof value === 'string' ? (FLAGS[value.toLowerCase()] ?? value) : value;
}
