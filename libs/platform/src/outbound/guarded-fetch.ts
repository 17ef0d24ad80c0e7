import { FleetError } from '@app/contracts';
import type { IncomingMessage } from 'node:http';
import { Exchange } from './exchange.js';
import { OutboundAllowList } from './outbound-allow-list.js';
import { outboundAnswer } from './outbound-answer.js';
import { checkTarget, readUrl, systemResolver, type Resolver } from './outbound-target.js';
import { sendPinned } from './pinned-request.js';

/** What a {@link guardedFetch} may do. */
export interface GuardOptions {
  /** The operator's exceptions: the value of OUTBOUND_ALLOW. */
  allow?: string;
  /** The most bytes of an answer; 5 MB when not set. */
  maxBytes?: number;
  /** Until the headers of the last answer are there, in milliseconds; 10 seconds when not set. */
  headersMs?: number;
  /** Until the answer has been read, in milliseconds; 30 seconds when not set. */
  wholeMs?: number;
  /** 3 when not set. */
  maxRedirects?: number;
  /** How hosts are found; by the system when not set. */
  resolve?: Resolver;
}

/** One request of a chain of redirects. */
interface Hop {
  url: URL;
  method: string;
  headers: Headers;
  body?: Uint8Array;
}

/** What may go along to an origin that the caller did not name: nothing that could be a credential. */
const HARMLESS = ['accept', 'accept-language', 'content-type', 'user-agent'];
const REDIRECTS = [301, 302, 303, 307, 308];

/**
 * The one way to a URL that a tenant supplied: a `fetch` that reaches public addresses and the operator's exceptions
 * only. It connects to the addresses it has checked, checks every redirect anew, takes no credentials along to another
 * origin, keeps no connection, and ends in time whatever the server does.
 *
 * What it throws are FleetErrors: URL_NOT_ALLOWED, UPSTREAM_FAILED (unreachable, broken off, too large, too many
 * redirects) and UPSTREAM_TIMEOUT. Only an abort by its caller throws the signal's reason. Reading the body is the same.
 *
 * @throws Error when the operator's exceptions cannot be read
 */
export function guardedFetch(options: GuardOptions = {}): typeof globalThis.fetch {
  const { maxBytes = 5 * 1024 * 1024, headersMs = 10_000, wholeMs = 30_000, maxRedirects = 3 } = options;
  const rules = { allow: new OutboundAllowList(options.allow), resolve: options.resolve ?? systemResolver };

  const sendHop = async (hop: Hop, exchange: Exchange): Promise<IncomingMessage> => {
    const target = await exchange.waitFor(() => checkTarget(hop.url, rules));
    return sendPinned(target, { ...hop, signal: exchange.signal });
  };

  const follow = async (first: Hop, exchange: Exchange, redirect: Request['redirect']): Promise<IncomingMessage> => {
    let hop = first;
    for (let redirects = 0; ; redirects++) {
      const message = await sendHop(hop, exchange);
      const next = redirect === 'manual' ? undefined : nextHop(hop, message);
      if (!next) return message;
      message.destroy();
      if (redirect === 'error' || redirects === maxRedirects) {
        throw new FleetError('UPSTREAM_FAILED', 'The server redirects more often than allowed');
      }
      hop = next;
    }
  };

  return async (input, init) => {
    // Read first: fetch's own Request has other words for a wrong URL.
    const url = readUrl(input instanceof Request ? input.url : input);
    const request = new Request(input, init);
    const body = request.body ? new Uint8Array(await request.arrayBuffer()) : undefined;
    const exchange = new Exchange(request.signal, { headersMs, wholeMs });
    try {
      const first = { url, method: request.method, headers: request.headers, body };
      const message = await follow(first, exchange, request.redirect);
      exchange.answered();
      return outboundAnswer(message, exchange, maxBytes);
    } catch (error) {
      exchange.over();
      throw error;
    }
  };
}

/** Where an answer sends us on to, if it does. */
function nextHop(hop: Hop, { statusCode = 0, headers: { location } }: IncomingMessage): Hop | undefined {
  if (!REDIRECTS.includes(statusCode) || location === undefined) return undefined;
  const url = readUrl(location, hop.url);
  if (hop.url.protocol === 'https:' && url.protocol === 'http:') {
    throw new FleetError('URL_NOT_ALLOWED', 'A server redirects from https to http');
  }
  const asksAnew = statusCode === 303 ? hop.method !== 'HEAD' : statusCode <= 302 && hop.method === 'POST';
  const headers = new Headers([...hop.headers].filter(([name]) => url.origin === hop.url.origin || isHarmless(name)));
  if (!asksAnew) return { ...hop, url, headers };
  headers.delete('content-type');
  return { url, method: 'GET', headers };
}

function isHarmless(header: string): boolean {
  return HARMLESS.includes(header);
}
