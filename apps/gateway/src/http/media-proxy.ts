import http, { type ClientRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import https from 'node:https';
import { pipeline } from 'node:stream';
import { FleetError } from '@app/contracts';
import type { ProxyTrust } from '@app/identity';
import type { NextFunction, Request, Response } from 'express';
import { requestIdOf } from './request-id.js';

/** What the media-service answers; in front of an ingress that sends these there itself the gateway never sees them. */
const OF_MEDIA = [
  /^\/media\//,
  /^\/api\/(media|audio)(\/|\?|$)/,
  /^\/api\/messaging\/channels\/[^/]+\/upload-media\/?(\?|$)/,
];

/** Whether the media-service answers this path. */
export function isOfMedia(path: string): boolean {
  return OF_MEDIA.some((pattern) => pattern.test(path));
}

/** How long the media-service may take to be reached. */
const CONNECT_WITHIN_MS = 3_000;

/** How long an answer has to reach a caller who is still sending, before his connection is cut. */
const LINGER_MS = 3_000;

/** They speak of one connection only and are never passed on (RFC 9110, 7.6.1). */
const NOT_PASSED_ON = new Set([
  'connection',
  'expect',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  // What a caller says of his own address is not passed on; what we know of it is.
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
]);

/**
 * Hands requests for files on to the media-service: as they come and no faster than it takes them, and its answers back
 * the same way. A caller who goes away ends the request there too. Without an address nothing is handed on.
 */
export function mediaProxy(mediaUrl: string | undefined, trust: ProxyTrust) {
  const target = mediaUrl === undefined ? undefined : new URL(mediaUrl);
  return (request: Request, response: Response, next: NextFunction): void => {
    if (target && isOfMedia(request.url)) forward({ target, trust }, request, response).catch(next);
    else next();
  };
}

/** Where to, and whom to believe about who calls. */
interface Way {
  target: URL;
  trust: ProxyTrust;
}

async function forward(way: Way, request: Request, response: Response): Promise<void> {
  const onward = ask(way, request, requestIdOf(response));
  response.once('close', () => {
    if (!response.writableFinished) onward.destroy();
  });
  const answer = await answerTo(onward, request);
  response.status(answer.statusCode ?? 502);
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value !== undefined && !NOT_PASSED_ON.has(name)) response.setHeader(name, value);
  }
  if (!request.complete) stopReading(request, response);
  pipeline(answer, response, () => undefined);
}

function ask({ target, trust }: Way, request: Request, requestId: string | undefined): ClientRequest {
  const kept = Object.entries(request.headers).filter(([name]) => !NOT_PASSED_ON.has(name));
  const headers: OutgoingHttpHeaders = { ...Object.fromEntries(kept), ...trust.headersFor(request) };
  // The body's framing is kept: chunked stays chunked.
  if (request.headers['transfer-encoding'] !== undefined) headers['transfer-encoding'] = 'chunked';
  if (requestId !== undefined) headers['x-request-id'] = requestId;
  const { request: send } = target.protocol === 'https:' ? https : http;
  // Its own connection for each: a kept one can be closed just as it is used, and a body cannot be sent twice.
  return send({
    host: target.hostname.replace(/^\[|\]$/g, ''),
    port: target.port,
    path: request.url,
    method: request.method,
    headers,
    agent: false,
    setHost: false,
  });
}

/** @throws FleetError UNAVAILABLE when there is no answer */
function answerTo(onward: ClientRequest, request: Request): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => onward.destroy(new Error('no connection')), CONNECT_WITHIN_MS);
    onward.once('socket', (socket) => socket.once('connect', () => clearTimeout(limit)));
    onward.once('response', resolve);
    // After an answer too: one that comes before the body has ended breaks the sending of the body.
    onward.on('error', () => {
      clearTimeout(limit);
      reject(unreachable());
    });
    request.pipe(onward);
  });
}

function stopReading(request: Request, response: Response): void {
  response.setHeader('connection', 'close');
  request.unpipe();
  request.resume();
  response.once('finish', () => setTimeout(() => request.destroy(), LINGER_MS).unref());
}

function unreachable(): FleetError {
  return new FleetError('UNAVAILABLE', 'Files cannot be served or stored right now; try again shortly');
}
