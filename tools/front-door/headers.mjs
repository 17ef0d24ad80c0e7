// they speak of one connection only and are never passed on
const hopByHop = new Set([
  'connection',
  'expect',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
]);
const forwarded = new Set(['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'forwarded']);

/** A request's headers for the gateway. What the caller says of his own address is not believed. */
export function requestHeaders(request) {
  return [
    ...passed(request, (name) => !hopByHop.has(name) && !forwarded.has(name)),
    // the body's framing is kept: chunked stays chunked
    ...(request.headers['transfer-encoding'] ? ['Transfer-Encoding', 'chunked'] : []),
    ...forwardedHeaders(request),
  ];
}

/** The same for an upgrade, whose connection headers are meant for the gateway. */
export function upgradeHeaders(request) {
  return [...passed(request, (name) => !forwarded.has(name)), ...forwardedHeaders(request)];
}

/** A gateway's headers for the caller. */
export function responseHeaders(response) {
  return passed(response, (name) => !hopByHop.has(name));
}

/** Whether a request brings a body that can be sent only once. */
export function hasBody({ headers }) {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function forwardedHeaders({ headers, socket }) {
  const address = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  return ['X-Forwarded-For', address, 'X-Forwarded-Proto', 'http', 'X-Forwarded-Host', headers.host ?? ''];
}

/** Raw names and values in turn, so that repeated headers stay repeated. */
function passed({ rawHeaders }, passes) {
  const kept = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (passes(rawHeaders[index].toLowerCase())) kept.push(rawHeaders[index], rawHeaders[index + 1]);
  }
  return kept;
}
