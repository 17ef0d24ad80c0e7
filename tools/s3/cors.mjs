const methods = 'GET, HEAD, PUT, POST, DELETE';
const exposed = 'ETag, Content-Length, Content-Range, Accept-Ranges, Content-Disposition, Location, x-amz-request-id';

/**
 * Lets pages of any origin talk to this server. It gives nothing away: every request still needs a signature,
 * and browsers attach nothing of their own to it.
 * @param {import('node:http').IncomingMessage} incoming
 * @param {import('node:http').ServerResponse} response
 * @returns {boolean} true when the request was a preflight and has been answered
 */
export function answerCors(incoming, response) {
  if (incoming.headers.origin) {
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('access-control-expose-headers', exposed);
  }
  if (incoming.method !== 'OPTIONS') return false;
  response.setHeader('access-control-allow-methods', methods);
  response.setHeader('access-control-allow-headers', incoming.headers['access-control-request-headers'] ?? '*');
  response.setHeader('access-control-max-age', '3600');
  response.writeHead(204).end();
  return true;
}
