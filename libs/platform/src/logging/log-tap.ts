import { symbols, type Logger } from 'pino';

/** Where a logger writes its lines. */
interface LineStream {
  write: (this: void, line: string) => unknown;
}

/**
 * Hands every line of a logger and its children to `tap` too, after redaction and as it is written. `tap` must neither
 * throw nor log. Answers how to end it.
 */
export function tapLog(logger: Logger, tap: (line: string) => void): () => void {
  const stream = (logger as unknown as Record<symbol, LineStream>)[symbols.streamSym];
  if (!stream) throw new Error('The logger has no stream');
  const written = stream.write;
  const tapped = (line: string): unknown => {
    tap(line);
    return Reflect.apply(written, stream, [line]);
  };
  stream.write = tapped;
  return () => {
    // Who tapped later keeps what it has; the line goes through to the end either way.
    if (stream.write === tapped) stream.write = written;
  };
}
