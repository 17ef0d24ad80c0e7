import { FleetError } from '@app/contracts';
import { Readable } from 'node:stream';
import { SpeechGuard } from './speech-guard.js';

const failing = () => Promise.reject(new FleetError('UPSTREAM_FAILED', 'It fell over'));

describe('what stands before speech servers', () => {
  test('lets nobody wait for a server that has failed too often, and others alone', async () => {
    const guard = new SpeechGuard();
    for (let time = 0; time < 5; time++) await expect(guard.call('bad', failing)).rejects.toThrow('It fell over');
    let asked = false;
    const asking = guard.call('bad', async () => (asked = true));
    await expect(asking).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(asked).toBe(false);
    expect(await guard.call('good', async () => 'fine')).toBe('fine');
  });

  test('does not hold against a server what its callers did wrong', async () => {
    const guard = new SpeechGuard();
    const refusing = () => Promise.reject(new FleetError('INVALID_REQUEST', 'No'));
    for (let time = 0; time < 9; time++) await expect(guard.call('strict', refusing)).rejects.toThrow('No');
  });

  test('lets one server be asked for so much at once, and others all the same', async () => {
    const guard = new SpeechGuard();
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const waiting = Array.from({ length: 6 + 12 }, () => guard.call('slow', () => held));
    await expect(guard.call('slow', () => held)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(await guard.call('quick', async () => 'fine')).toBe('fine');
    release();
    await Promise.all(waiting);
  });

  test('holds the place of speech until its end', async () => {
    const guard = new SpeechGuard();
    const streams = await Promise.all(
      Array.from({ length: 6 }, () => guard.stream('one', async () => ({ stream: Readable.from(['a', 'b']) }))),
    );
    let begun = false;
    const next = guard.stream('one', async () => ((begun = true), { stream: Readable.from(['c']) }));
    await new Promise((go) => setTimeout(go, 20));
    expect(begun).toBe(false);
    for (const { stream } of streams) stream.destroy();
    (await next).stream.resume();
    expect(begun).toBe(true);
  });

  test('counts speech that breaks off', async () => {
    const guard = new SpeechGuard();
    for (let time = 0; time < 5; time++) {
      const speech = await guard.stream('torn', async () => ({ stream: Readable.from(tearing()) }));
      await expect(speech.stream.toArray()).rejects.toThrow('It broke off');
    }
    await new Promise((go) => setImmediate(go));
    await expect(guard.stream('torn', async () => ({ stream: Readable.from(['x']) }))).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });
  });
});

async function* tearing(): AsyncGenerator<string> {
  yield 'begun';
  throw new FleetError('UPSTREAM_FAILED', 'It broke off');
}
