import { FleetError } from '@app/contracts';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
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
  const body = Readable.from(piecesOf(message, exchange.signal, maxBytes), { objectMode: false });
  body.once('close', () => {
    message.destroy();
    exchange.over();
  });
  return new Response(Readable.toWeb(body) as ReadableStream<Uint8Array>, { status, statusText, headers });
}

function faultIn(headers: Headers, maxBytes: number): FleetError | undefined {
  const encoding = headers.get('content-encoding') ?? 'identity';
  if (encoding !== 'identity') return new FleetError('UPSTREAM_FAILED', 'The answer is compressed, unasked');
  return Number(headers.get('content-length') ?? 0) > maxBytes ? tooLarge() : undefined;
}

async function* piecesOf(message: IncomingMessage, signal: AbortSignal, maxBytes: number): AsyncIterable<Buffer> {
  let size = 0;
  try {
    for await (const piece of message as AsyncIterable<Buffer>) {
      size += piece.length;
      if (size > maxBytes) throw tooLarge();
      yield piece;
    }
  } catch (error) {
    throw signal.aborted ? signal.reason : failure(error);
  }
}

function tooLarge(): FleetError {
  return new FleetError('UPSTREAM_FAILED', 'The answer is larger than allowed');
}
