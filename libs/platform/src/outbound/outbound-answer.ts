import { FleetError } from '@app/contracts';
import type { IncomingMessage } from 'node:http';
import { Readable, Transform } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import type { Exchange } from './exchange.js';
import { failure } from './pinned-request.js';

/** Answers that have no body, and may not be given one. */
const BODILESS = [204, 205, 304];

/**
 * An answer as `fetch` gives it. Reading its body throws once it is larger than allowed or the exchange ends; who lets go
 * of the body ends the connection.
 */
export function outboundAnswer(message: IncomingMessage, exchange: Exchange, maxBytes: number): Response {
  const { statusCode: status = 502, statusMessage: statusText } = message;
  const headers = new Headers();
  for (let at = 0; at < message.rawHeaders.length; at += 2) {
    headers.append(message.rawHeaders[at] ?? '', message.rawHeaders[at + 1] ?? '');
  }
  const fault = faultIn(headers, maxBytes);
  if (fault) {
    message.destroy();
    throw fault;
  }
  if (BODILESS.includes(status)) {
    message.destroy();
    exchange.over();
    return new Response(null, { status, statusText, headers });
  }
  const body = counted(message, exchange, maxBytes);
  return new Response(Readable.toWeb(body) as ReadableStream<Uint8Array>, { status, statusText, headers });
}

function faultIn(headers: Headers, maxBytes: number): FleetError | undefined {
  const encoding = headers.get('content-encoding') ?? 'identity';
  if (encoding !== 'identity') return new FleetError('UPSTREAM_FAILED', 'The answer is compressed, unasked');
  return Number(headers.get('content-length') ?? 0) > maxBytes ? tooLarge() : undefined;
}

/** The body as it comes: to its end, to its limit, or until one of both sides breaks off. */
function counted(message: IncomingMessage, exchange: Exchange, maxBytes: number): Readable {
  let size = 0;
  const body = new Transform({
    transform(piece: Buffer, _encoding, done) {
      size += piece.length;
      done(size > maxBytes ? tooLarge() : null, piece);
    },
  });
  const breakOff = (error: unknown): void =>
    void body.destroy(exchange.signal.aborted ? (exchange.signal.reason as Error) : failure(error));
  message.once('error', breakOff);
  message.once('close', () => {
    if (!message.complete) breakOff(undefined);
  });
  body.once('close', () => {
    message.destroy();
    exchange.over();
  });
  return message.pipe(body);
}

function tooLarge(): FleetError {
  return new FleetError('UPSTREAM_FAILED', 'The answer is larger than allowed');
}
