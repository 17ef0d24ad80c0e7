import { paint, say } from '../lib/say.mjs';
import { reachableAs } from './service.mjs';

/** The last thing a start says: where it is, who is there, and two commands to paste. */
export async function showBox({ host, port, gatewayPorts, workers }, { seconds, data }) {
  const name = reachableAs(host) === '127.0.0.1' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  const address = `http://${name}:${port}`;
  const several = gatewayPorts.length > 1;
  const auth = process.env.ELIZA_SERVER_AUTH_TOKEN ? ' -H "X-API-KEY: $ELIZA_SERVER_AUTH_TOKEN"' : '';
  const rows = [
    ['Address', `${address}${host === '127.0.0.1' ? ' (this machine only; README.md tells how to open it)' : ''}`],
    ...(several ? [['Gateways', gatewayPorts.map((each) => `http://${name}:${each}`).join(' ')]] : []),
    ['Agent', await agentNames(reachableAs(host), port)],
    ['Chat', `${port === 3000 ? '' : `SERVER_PORT=${port} `}npm run chat -- "hello"`],
    ['REST', `curl -s${auth} ${address}/api/agents`],
    ['Socket', socketLine(address)],
    ['Data', data],
  ];
  const title = `Eliza Fleet is up: ${gatewayPorts.length} × gateway, ${workers} × worker, ready in ${seconds.toFixed(1)} s`;
  const rule = paint('dim', '─'.repeat(Math.max(title.length, 72)));
  say.line(rule);
  say.line(paint('green', title));
  for (const [label, text] of rows) say.line(`${paint('dim', label.padEnd(9))}${text}`);
  say.line(rule);
}

/** Connects and prints what the server greets with; any UUID is a user. */
function socketLine(address) {
  const user = '00000000-0000-4000-8000-000000000001';
  const key = process.env.SERVER_API_KEY ? ',apiKey:process.env.SERVER_API_KEY' : '';
  const code =
    `require("socket.io-client").io("${address}",{auth:{entityId:"${user}"${key}}})` +
    '.onAny((...a)=>{console.log(...a);process.exit()})';
  return `node -e '${code}'`;
}

async function agentNames(host, port) {
  try {
    const headers = process.env.ELIZA_SERVER_AUTH_TOKEN ? { 'x-api-key': process.env.ELIZA_SERVER_AUTH_TOKEN } : {};
    const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}/api/agents`;
    const answer = await fetch(url, { headers, signal: AbortSignal.timeout(3000) });
    const { data } = await answer.json();
    return data.agents.map(({ name }) => name).join(', ') || 'none yet';
  } catch {
    return 'unknown (GET /api/agents did not answer)';
  }
}
