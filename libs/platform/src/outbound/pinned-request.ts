import { FleetError } from '@app/contracts';
import { request as plainRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as secureRequest } from 'node:https';
import type { OutboundTarget } from './outbound-target.js';

/** One request, without the redirects that may follow. */
interface PinnedRequest {
  method: string;
  headers: Headers;
  body?: Uint8Array;
  /** Ends the request, and the answer that is being read. */
  signal: AbortSignal;
}

/**
 * Sends a request to the addresses that were checked, whatever the name resolves to by now, over a connection of its own.
 * Answers as soon as the headers are there.
 *
 * @throws FleetError UPSTREAM_FAILED, or the signal's reason
 */
export function sendPinned(target: OutboundTarget, sent: PinnedRequest): Promise<IncomingMessage> {
  const { url, addresses } = target;
  const send = url.protocol === 'https:' ? secureRequest : plainRequest;
  const lookup: RequestOptions['lookup'] = (_, { all }, done) => {
    const first = addresses[0];
    if (all === true) done(null, addresses);
    else done(first ? null : new Error('No address'), first?.address ?? '', first?.family);
  };
  return new Promise((resolve, reject) => {
    const request = send(url, { method: sent.method, headers: headersOf(sent), lookup, agent: false });
    const abort = (): void => void request.destroy(sent.signal.reason as Error);
    sent.signal.addEventListener('abort', abort, { once: true });
    request.once('response', resolve);
    request.on('error', (error) => reject(sent.signal.aborted ? (sent.signal.reason as Error) : failure(error)));
    request.once('close', () => sent.signal.removeEventListener('abort', abort));
    request.end(sent.body);
    if (sent.signal.aborted) abort();
  });
}

/** What went wrong on the way, by its code: the message of a failed connection names addresses. */
export function failure(error: unknown): FleetError {
  if (error instanceof FleetError) return error;
  const { code } = (error ?? {}) as { code?: unknown };
  const detail = typeof code === 'string' ? ` (${code})` : '';
  return new FleetError('UPSTREAM_FAILED', `The server could not be reached or broke off${detail}`);
}

function headersOf({ headers, body }: PinnedRequest): Record<string, string> {
  const sent = Object.fromEntries(headers);
  for (const name of ['host', 'connection', 'transfer-encoding', 'content-length']) delete sent[name];
  if (body) sent['content-length'] = String(body.byteLength);
  // What is compressed may be a thousand times what was counted.
  sent['accept-encoding'] = 'identity';
  return sent;
}
