import http from 'node:http';
import net from 'node:net';
import { pipeline } from 'node:stream';
import { hasBody, requestHeaders, responseHeaders, upgradeHeaders } from './headers.mjs';
import { cookieFor, isHandshake, sidIn, Targets } from './targets.mjs';

const CONNECT_WITHIN = 3000;
const unreachable = JSON.stringify({
  success: false,
  error: { code: 'SERVICE_UNAVAILABLE', message: 'No gateway can be reached.' },
});

/**
 * A reverse proxy in front of several gateways, for development: streams both ways, keeps Socket.IO sessions at their
 * gateway, and goes around gateways that are down.
 *
 * @param {string[]} urls of the gateways
 * @returns {http.Server}
 */
export function frontDoor(urls) {
  const targets = new Targets(urls);
  // kept connections only for what may be sent twice: one can be closed by the gateway just as it is used
  const kept = new http.Agent({ keepAlive: true, maxSockets: Infinity });
  // uploads and streams last as long as they last; the gateways have limits of their own
  const server = http.createServer({ requestTimeout: 0 });
  server.on('request', (request, response) => forward({ request, response, targets, kept }));
  server.on('upgrade', (request, socket, head) => upgrade({ request, socket, head, targets }));
  server.on('clientError', (_, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
  });
  server.on('close', () => kept.destroy());
  return server;
}

function forward({ request, response, targets, kept }) {
  const order = targets.inOrder(request);
  const withBody = hasBody(request);

  const attempt = () => {
    const target = order.shift();
    if (!target) return refuse(response);
    let sent = !withBody;
    const onward = http.request({
      host: target.host,
      port: target.port,
      method: request.method,
      path: request.url,
      headers: requestHeaders(request),
      agent: withBody ? false : kept,
      setHost: false,
    });
    const limit = setTimeout(() => onward.destroy(new Error('no connection')), CONNECT_WITHIN);
    onward.once('socket', (socket) => {
      const connected = () => {
        clearTimeout(limit);
        targets.markUp(target);
        socket.setNoDelay(true);
        if (!withBody) return;
        // from here on it cannot be sent to another one
        sent = true;
        request.pipe(onward);
      };
      if (socket.connecting) socket.once('connect', connected);
      else connected();
    });
    onward.once('response', (answer) => answerWith({ answer, request, response, target, targets }));
    onward.once('error', (error) => {
      clearTimeout(limit);
      const refused = error.code === 'ECONNREFUSED' || error.message === 'no connection';
      if (refused) targets.markDown(target);
      if (response.headersSent) return response.destroy();
      if (response.destroyed) return;
      const again = withBody ? !sent : refused || isRepeatable(request);
      if (again) attempt();
      else refuse(response, 502);
    });
    response.once('close', () => {
      if (!response.writableFinished) onward.destroy();
    });
    if (!withBody) onward.end();
  };
  attempt();
}

function answerWith({ answer, request, response, target, targets }) {
  const headers = responseHeaders(answer);
  if (isHandshake(request)) {
    headers.push('Set-Cookie', cookieFor(target));
    // flows on untouched; the first piece is enough to see the session's id
    answer.once('data', (piece) => {
      const sid = sidIn(piece.toString('latin1'));
      if (sid) targets.bind(sid, target);
    });
  }
  response.writeHead(answer.statusCode, answer.statusMessage, headers);
  response.flushHeaders();
  pipeline(answer, response, () => {});
}

function upgrade({ request, socket, head, targets }) {
  const order = targets.inOrder(request);
  socket.on('error', () => socket.destroy());
  socket.setNoDelay(true);
  socket.setTimeout(0);

  const attempt = () => {
    const target = order.shift();
    if (!target) return socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n');
    const onward = net.connect({ host: target.host, port: target.port, noDelay: true });
    const failed = () => {
      targets.markDown(target);
      onward.destroy();
      if (!socket.destroyed) attempt();
    };
    onward.setTimeout(CONNECT_WITHIN, failed);
    onward.once('error', failed);
    onward.once('connect', () => {
      targets.markUp(target);
      onward.setTimeout(0);
      onward.off('error', failed);
      onward.write(`${request.method} ${request.url} HTTP/1.1\r\n${lines(upgradeHeaders(request))}\r\n`, 'latin1');
      onward.write(head);
      const end = () => {
        socket.destroy();
        onward.destroy();
      };
      pipeline(socket, onward, end);
      pipeline(onward, socket, end);
    });
    socket.once('close', () => onward.destroy());
  };
  attempt();
}

function lines(headers) {
  let text = '';
  for (let index = 0; index < headers.length; index += 2) text += `${headers[index]}: ${headers[index + 1]}\r\n`;
  return text;
}

function isRepeatable({ method }) {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
}

function refuse(response, status = 503) {
  response
    .writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', 'Retry-After': '1' })
    .end(unreachable);
}
