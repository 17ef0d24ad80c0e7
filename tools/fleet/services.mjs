import { isIP } from 'node:net';
import path from 'node:path';
import { logLines } from '../lib/log-lines.mjs';
import { keptPort } from '../stores/ports.mjs';
import { reachableAs, runService } from './service.mjs';

/**
 * Starts the fleet of a plan: gateways, workers, the media-service and, with several gateways, the front door.
 * Resolves when all of them answer.
 *
 * @param {object} fleet the plan
 * @param {{env: NodeJS.ProcessEnv, records: string, signal: AbortSignal}} context
 */
export async function startServices({ host, port, gatewayPorts, workers }, { env, records, signal }) {
  const mediaPort = await keptPort(records, 'media-service.port');
  const mediaUrl = env.MEDIA_URL || `http://127.0.0.1:${mediaPort}`;
  const services = [];
  const add = (name, program, listen, own) => services.push({ name, program, ...listen, env: { ...env, ...own } });

  // the front door, the gateways and the media-service tell each other who calls, and from this machine alone are believed
  const believed = { TRUST_PROXY: env.TRUST_PROXY || trustOf(reachableAs(host)) };
  for (const [index, gatewayPort] of gatewayPorts.entries()) {
    const own = {
      SERVER_PORT: String(gatewayPort),
      SERVER_HOST: host,
      MEDIA_URL: mediaUrl,
      ...believed,
    };
    add(`gateway-${index + 1}`, 'dist/apps/gateway/src/main.js', { host, port: gatewayPort }, own);
  }
  for (let number = 1; number <= workers; number += 1) {
    const workerPort = await keptPort(records, `worker-${number}.port`);
    const own = { WORKER_PORT: String(workerPort), WORKER_HOST: '127.0.0.1', MEDIA_URL: mediaUrl };
    add(`worker-${number}`, 'dist/apps/agent-worker/src/main.js', { port: workerPort }, own);
  }
  const media = {
    MEDIA_PORT: String(mediaPort),
    MEDIA_HOST: '127.0.0.1',
    ...believed,
    GATEWAY_URL: env.GATEWAY_URL || `http://${urlHost(reachableAs(host))}:${port}`,
  };
  add('media', 'dist/apps/media-service/src/main.js', { port: mediaPort }, media);
  if (gatewayPorts.length > 1) {
    const targets = gatewayPorts.map((target) => `http://${urlHost(reachableAs(host))}:${target}`).join(',');
    const own = { FRONT_DOOR_PORT: String(port), FRONT_DOOR_HOST: host, FRONT_DOOR_TARGETS: targets };
    add('front-door', 'tools/front-door/main.mjs', { host, port }, own);
  }

  const width = Math.max(...services.map(({ name }) => name.length));
  return Promise.all(
    services.map((service) =>
      runService({
        ...service,
        signal,
        record: path.join(records, `${service.name}.json`),
        onLine: logLines(service.name, width),
      }),
    ),
  );
}

function trustOf(host) {
  return isIP(host) && host !== '127.0.0.1' ? `loopback,${host}` : 'loopback';
}

function urlHost(host) {
  return host.includes(':') ? `[${host}]` : host;
}
