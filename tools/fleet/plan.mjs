import { parseArgs } from 'node:util';
import { LaunchError } from '../lib/launch-error.mjs';
import { isFree } from '../stores/ports.mjs';

const MOST = 32;

/** What the command line and the environment ask for. */
export function plan(args = process.argv.slice(2), env = process.env) {
  const { gateways, workers } = options(args);
  const port = env.SERVER_PORT ? Number(env.SERVER_PORT) : 3000;
  const count = wholeNumber('--gateways', gateways);
  if (!Number.isInteger(port) || port < 1 || port + count > 65535) {
    throw new LaunchError(`SERVER_PORT must be a port number, not "${env.SERVER_PORT}".`);
  }
  return {
    // without a key everybody who reaches the gateway is let in, so the default is this machine only
    host: env.SERVER_HOST || '127.0.0.1',
    port,
    // one gateway is the front itself; several stand behind a front door, on the ports after it
    gatewayPorts: count === 1 ? [port] : Array.from({ length: count }, (_, index) => port + 1 + index),
    workers: wholeNumber('--workers', workers),
  };
}

/** Refuses to start when a port of the plan is in use. */
export async function refuseTakenPorts({ host, port, gatewayPorts }) {
  for (const wanted of new Set([port, ...gatewayPorts])) {
    if (!(await isFree(wanted, host))) {
      throw new LaunchError(
        wanted === port
          ? `Port ${port} is taken: stop what listens there, or set SERVER_PORT to another port.`
          : `Port ${wanted}, the next after ${port} for a gateway, is taken: stop what listens there, or set SERVER_PORT.`,
      );
    }
  }
}

function options(args) {
  try {
    const { values } = parseArgs({
      args,
      options: { gateways: { type: 'string', default: '1' }, workers: { type: 'string', default: '1' } },
    });
    return values;
  } catch (error) {
    throw new LaunchError(`${error.message.split('. ')[0]}. Use: npm start -- [--gateways N] [--workers N]`);
  }
}

function wholeNumber(name, text) {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > MOST) {
    throw new LaunchError(`${name} must be a whole number from 1 to ${MOST}, not "${text}".`);
  }
  return number;
}
