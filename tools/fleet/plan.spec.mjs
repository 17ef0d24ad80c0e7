import { once } from 'node:events';
import net from 'node:net';
import { plan, refuseTakenPorts } from './plan.mjs';

describe('the plan of a start', () => {
  it('is one gateway on port 3000 and one worker by default', () => {
    expect(plan([], {})).toEqual({ host: '127.0.0.1', port: 3000, gatewayPorts: [3000], workers: 1 });
  });

  it('puts several gateways on the ports after the front door', () => {
    const fleet = plan(['--gateways', '2', '--workers=3'], { SERVER_PORT: '4000', SERVER_HOST: '0.0.0.0' });
    expect(fleet).toEqual({ host: '0.0.0.0', port: 4000, gatewayPorts: [4001, 4002], workers: 3 });
  });

  it.each([
    [['--gateways', '0'], {}, /--gateways must be a whole number/],
    [['--workers', 'two'], {}, /--workers must be a whole number/],
    [['--gatways', '2'], {}, /Unknown option '--gatways'/],
    [[], { SERVER_PORT: 'http' }, /SERVER_PORT must be a port number, not "http"/],
  ])('refuses %j with %j in a sentence', (args, env, sentence) => {
    expect(() => plan(args, env)).toThrow(sentence);
  });

  it('names the port that is taken and what to set', async () => {
    const stranger = net.createServer().listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    const { port } = stranger.address();
    const own = plan([], { SERVER_PORT: String(port) });
    await expect(refuseTakenPorts(own)).rejects.toThrow(
      `Port ${port} is taken: stop what listens there, or set SERVER_PORT`,
    );
    const next = plan(['--gateways', '2'], { SERVER_PORT: String(port - 1) });
    await expect(refuseTakenPorts(next)).rejects.toThrow(
      `Port ${port}, the next after ${port - 1} for a gateway, is taken`,
    );
    await new Promise((resolve) => stranger.close(resolve));
  });
});
