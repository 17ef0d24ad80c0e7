import type { ErrorCode } from '@app/contracts';
import type { Type } from '@nestjs/common';

/** A class whose fields are the answer's, `String`, or a list of either. */
export type Shape = ShapeOfOne | readonly [ShapeOfOne];
type ShapeOfOne = abstract new (...args: never[]) => unknown;

/** What a value of a {@link Shape} is. */
type Shaped<S> = S extends readonly [infer One]
  ? Shaped<One>[]
  : S extends StringConstructor
    ? string
    : S extends abstract new (...args: never[]) => infer Value
      ? Value
      : never;

/** A route's method that answers `Value`: one that answers something else does not compile. */
type RouteOf<Value> = <Method extends (...args: never[]) => Value | Promise<Value>>(
  target: object,
  name: string,
  descriptor: TypedPropertyDescriptor<Method>,
) => void;

/** What the document says of a route's answer. */
export interface NotedAnswer {
  shape: Shape;
  /** Whether it is in ElizaOS's envelope. */
  enveloped: boolean;
  /** Statuses it may have besides the route's own. */
  alsoUnder: number[];
}

/** What a route answers that is no JSON. */
export interface NotedBytes {
  /** Media types, or `*\/*` where it may be any. */
  types: readonly string[];
  about: string;
  /** Statuses it may have besides the route's own. */
  alsoUnder?: readonly number[];
}

/** What a route takes that its arguments do not tell, as it reads its request by itself. */
export interface NotedForm {
  /** The fields of a multipart form with what they are; `file` is the file, which it must have. */
  fields: Readonly<Record<string, string>> & { file: string };
  /** What it takes as JSON instead. */
  orJson?: Type;
}

/** What is noted of a route for the API's document. */
export interface RouteNotes {
  answer?: NotedAnswer;
  bytes?: NotedBytes;
  form?: NotedForm;
  /** What its body is, where that is bytes as they are. */
  octets?: string;
  /** What its events tell, where it may also answer with server-sent events. */
  events?: string;
  refusals?: ErrorCode[];
}

/** The route answers this in ElizaOS's envelope, `{ success: true, data }`. */
export function Answers<const S extends Shape>(
  shape: S,
  ...alsoUnder: number[]
): RouteOf<{ success: true; data: Shaped<S> }> {
  return note({ answer: { shape, enveloped: true, alsoUnder } });
}

/** The route answers this as it is. */
export function AnswersBare<const S extends Shape>(shape: S, ...alsoUnder: number[]): RouteOf<Shaped<S>> {
  return note({ answer: { shape, enveloped: false, alsoUnder } });
}

/** The route writes its answer by itself: this, as it is. */
export function AnswersByHand(shape: Shape): RouteOf<void> {
  return note({ answer: { shape, enveloped: false, alsoUnder: [] } });
}

/** The route may also answer with a stream of server-sent events; what they tell is said in words. */
export function AnswersEvents(events: string): RouteOf<void> {
  return note({ events });
}

/** The route may also answer with bytes, which it writes by itself. */
export function AnswersBytes(bytes: NotedBytes): RouteOf<void> {
  return note({ bytes });
}

/** The route takes a multipart form. */
export function TakesForm(fields: NotedForm['fields'], orJson?: Type): RouteOf<unknown> {
  return note({ form: { fields, orJson } });
}

/** The route takes bytes as they are, as `application/octet-stream`; what they are is said in words. */
export function TakesBytes(octets: string): RouteOf<unknown> {
  return note({ octets });
}

/** Codes with which this route refuses, besides those that every route of its kind has. */
export function Refuses(...refusals: ErrorCode[]): RouteOf<unknown> {
  return note({ refusals });
}

/** What the decorators above noted of a route. */
export function notesOf(handler: object): RouteNotes {
  return (Reflect.getMetadata(NOTES, handler) as RouteNotes | undefined) ?? {};
}

const NOTES = 'notes for the document of the API';

function note(notes: RouteNotes) {
  return <Method>(_target: object, _name: string, { value }: TypedPropertyDescriptor<Method>): void => {
    const handler = value as object;
    Reflect.defineMetadata(NOTES, { ...notesOf(handler), ...notes }, handler);
  };
}
