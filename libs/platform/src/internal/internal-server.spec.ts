import { freePort } from '@app/testing';
import { pino } from 'pino';
import { counter, gauge } from '../metrics/metrics.js';
import { InternalServer } from './internal-server.js';
import { StoreProbe, type Vitals } from './vitals.js';

const logger = pino({ level: 'silent' });

const READY: Vitals = { ready: () => Promise.resolve(undefined) };

async function served(vitals: Vitals, close: () => Promise<void> = () => Promise.resolve()) {
  const port = await freePort();
  const address = { INTERNAL_PORT: port, INTERNAL_HOST: '127.0.0.1' };
  const both = await InternalServer.beside({ close }, { address, vitals, logger });
  const ask = async (path: string): Promise<{ status: number; text: string }> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    return { status: response.status, text: await response.text() };
  };
  return { both, ask };
}

describe('the internal server', () => {
  it('is not there without a port', async () => {
    const app = { close: () => Promise.resolve() };
    const address = { INTERNAL_HOST: '127.0.0.1' };
    expect(await InternalServer.beside(app, { address, vitals: READY, logger })).toBe(app);
  });

  it('tells whether the process lives and whether it can work, each by itself', async () => {
    let problem: string | undefined = 'Postgres cannot be reached';
    const { both, ask } = await served({ live: () => undefined, ready: () => Promise.resolve(problem) });
    expect(await ask('/livez')).toEqual({ status: 200, text: 'ok\n' });
    expect(await ask('/readyz')).toEqual({ status: 503, text: 'Postgres cannot be reached\n' });
    problem = undefined;
    expect((await ask('/readyz')).status).toBe(200);
    expect((await ask('/elsewhere')).status).toBe(404);
    await both.close();
  });

  it('wants no more work as soon as the process stops, and lives until it has stopped', async () => {
    let stopped = (): void => undefined;
    const stopping = new Promise<void>((resolve) => (stopped = resolve));
    const { both, ask } = await served(READY, () => stopping);
    expect((await ask('/readyz')).status).toBe(200);
    const closed = both.close();
    expect((await ask('/readyz')).status).toBe(503);
    expect((await ask('/livez')).status).toBe(200);
    stopped();
    await closed;
    await expect(ask('/livez')).rejects.toThrow();
  });

  it('tells what was counted', async () => {
    const turns = counter('eliza_trials_total', 'Trials', { result: ['well', 'badly'] });
    const level = gauge('eliza_trial_level', 'How high it stands');
    const end = level.watch({}, () => 3);
    level.watch({}, () => 4);
    const states = gauge('eliza_trial_states', 'States', { state: ['open', 'shut'] });
    states.watch({ state: 'open' }, () => 5);
    states.watch({ state: 'shut' }, () => undefined);
    gauge('eliza_trial_unknown', 'What nobody has measured').watch({}, () => undefined);
    const { both, ask } = await served(READY);
    turns.add({ result: 'well' });
    turns.add({ result: 'well' }, 2);
    const { text } = await ask('/metrics');
    expect(text).toContain('eliza_trials_total{result="well"} 3');
    expect(text).toContain('eliza_trial_level 7');
    expect(text).toContain('eliza_trial_states{state="open"} 5');
    expect(text).not.toMatch(/shut|^eliza_trial_unknown /m);
    expect(text).toContain('nodejs_eventloop_lag_seconds');
    end();
    expect((await ask('/metrics')).text).toContain('eliza_trial_level 4');
    await both.close();
  });
});

describe('a store', () => {
  it('is away when it refuses, and when it says nothing for two seconds', async () => {
    expect(await new StoreProbe('Redis', () => Promise.reject(new Error('no'))).check()).toBe(
      'Redis cannot be reached',
    );
    expect(await new StoreProbe('Redis', () => new Promise(() => undefined)).check()).toBe('Redis does not answer');
    expect(await new StoreProbe('Redis', () => Promise.resolve('PONG')).check()).toBeUndefined();
  });

  it('is asked once, however many want to know', async () => {
    let asked = 0;
    const probe = new StoreProbe('Postgres', () => Promise.resolve(asked++));
    await Promise.all([probe.check(), probe.check(), probe.check()]);
    expect(asked).toBe(1);
    await probe.check();
    expect(asked).toBe(2);
  });
});
