import { Cluster, type FleetProcess, freePort, tcpProxy, type TcpProxy, until } from '@app/testing';

interface Answer {
  status: number;
  text: string;
}

async function ask(one: FleetProcess, path: string): Promise<Answer> {
  const response = await fetch(`http://127.0.0.1:${one.options.env['INTERNAL_PORT']}${path}`);
  return { status: response.status, text: await response.text() };
}

describe('the internal port of a process', () => {
  let cluster: Cluster;
  let postgres: TcpProxy;

  beforeAll(async () => {
    cluster = await Cluster.start({ gateways: 1, workers: 1, media: true });
    const direct = new URL(cluster.gateways[0]!.options.env['DATABASE_URL']!);
    postgres = await tcpProxy(Number(direct.port));
    direct.port = String(postgres.port);
    for (const one of cluster.processes) {
      await one.kill();
      Object.assign(one.options.env, { INTERNAL_PORT: String(await freePort()), DATABASE_URL: direct.href });
    }
    await Promise.all(cluster.processes.map((one) => one.start()));
  }, 60_000);

  afterAll(async () => {
    await cluster?.close();
    await postgres?.close();
  });

  it('says that it lives and can work, and what it measures', async () => {
    for (const one of cluster.processes) {
      expect(await ask(one, '/livez')).toEqual({ status: 200, text: 'ok\n' });
      expect(await ask(one, '/readyz')).toEqual({ status: 200, text: 'ok\n' });
      expect((await ask(one, '/metrics')).text).toContain('nodejs_eventloop_lag_seconds');
    }
  });

  it('is not reached by the port of callers', async () => {
    expect((await fetch(`${cluster.url(1)}/metrics`)).status).toBe(404);
    expect((await fetch(`${cluster.url(1)}/livez`)).status).toBe(404);
  });

  it('wants no work while Postgres is away, wants no restart for it, and works when it is back', async () => {
    postgres.block();
    for (const one of cluster.processes) {
      await until(`${one.name} misses Postgres`, async () => (await ask(one, '/readyz')).status === 503);
      expect((await ask(one, '/readyz')).text).toMatch(/^Postgres/);
      expect((await ask(one, '/livez')).status).toBe(200);
    }
    postgres.unblock();
    for (const one of cluster.processes) {
      await until(`${one.name} is back`, async () => (await ask(one, '/readyz')).status === 200);
    }
  }, 60_000);

  it('wants no more work once the process is asked to stop', async () => {
    const gateway = cluster.gateways[0]!;
    // A request that is under way keeps the process for as long as its answer takes.
    const waits = fetch(`${cluster.url(1)}/api/messaging/jobs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': '100' },
      body: new ReadableStream({ start: (controller) => controller.enqueue(Buffer.from('{')) }),
      duplex: 'half',
    }).catch(() => undefined);
    await until('the request is under way', async () =>
      (await ask(gateway, '/metrics')).text.includes('eliza_http_requests_open 1'),
    );
    const ended = gateway.terminate();
    await until('it wants no more work', async () => (await ask(gateway, '/readyz')).status === 503);
    expect(await ask(gateway, '/livez')).toEqual({ status: 200, text: 'ok\n' });
    expect((await ask(gateway, '/readyz')).text).toBe('It is about to stop\n');
    expect(await ended).toEqual({ code: 0, signal: null });
    await waits;
  }, 30_000);
});
