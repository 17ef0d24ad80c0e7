import http from 'node:http';
import https from 'node:https';

const TIMEOUT_MS = 30_000;
const options = { keepAlive: true, maxSockets: 256 };
const agents = { 'http:': new http.Agent(options), 'https:': new https.Agent(options) };

/** One JSON request on kept connections. Answers status, headers and body; a body that is no JSON is its text. */
export function request(url, { method = 'GET', headers = {}, body, timeout = TIMEOUT_MS } = {}) {
  const address = new URL(url);
  const text = body === undefined ? undefined : JSON.stringify(body);
  const all = {
    ...(text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
    ...headers,
  };
  return new Promise((resolve, reject) => {
    const { protocol } = address;
    const call = (protocol === 'https:' ? https : http).request(
      address,
      { method, headers: all, agent: agents[protocol], timeout },
      (answer) => {
        const parts = [];
        answer.on('data', (part) => parts.push(part));
        answer.on('error', reject);
        answer.on('end', () => {
          const came = Buffer.concat(parts).toString();
          resolve({ status: answer.statusCode, headers: answer.headers, body: parsed(came) });
        });
      },
    );
    call.on('timeout', () => call.destroy(new Error(`${method} ${address.pathname} took over ${timeout} ms`)));
    call.on('error', reject);
    call.end(text);
  });
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
