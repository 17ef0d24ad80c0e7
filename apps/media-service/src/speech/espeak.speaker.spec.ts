import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { EspeakSpeaker } from './espeak.speaker.js';

const never = new AbortController().signal;

/** Programs that are called as espeak-ng is, and behave as told. */
describe('a program that speaks', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'eliza-espeak-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  function program(name: string, script: string): EspeakSpeaker {
    const file = path.join(folder, name);
    writeFileSync(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return new EspeakSpeaker(file);
  }

  test('is used where it is installed', () => {
    expect(program('installed', 'true').isInstalled).toBe(true);
    expect(new EspeakSpeaker(path.join(folder, 'nowhere')).isInstalled).toBe(false);
    expect(new EspeakSpeaker(folder + '/../not-executable').isInstalled).toBe(false);
  });

  test('gets the text through a pipe, the rest as arguments, and nothing of our environment', async () => {
    const speaker = program('echo', 'printf "%s|" "$@"; /bin/cat; printf "|%s" "$HOME$PATH_OF_SECRETS"');
    const said = String(await buffer(await speaker.speak({ text: '-w /etc/x $(id)', speed: 2 }, never)));
    expect(said).toBe('--stdin|--stdout|-b|1|-v|en-us|-s|350|-w /etc/x $(id)|');
  });

  test.each([
    [{ voice: 'de' }, 'de'],
    [{ voice: 'en-gb-x-rp+f3' }, 'en-gb-x-rp+f3'],
    [{ language: 'pt-BR' }, 'pt-br'],
    [{ voice: 'nova' }, 'en-us'],
    [{ voice: '-f/etc/passwd' }, 'en-us'],
    [{ voice: '../../etc/passwd', language: 'fr' }, 'fr'],
  ])('speaks as %j with the voice %s', async (how, voice) => {
    const said = String(await buffer(await program('voice', 'printf %s "$6"').speak({ text: 'x', ...how }, never)));
    expect(said).toBe(voice);
  });

  test('fails with a code when it breaks off, or cannot be run', async () => {
    const broken = await program('broken', 'printf begun; exit 1').speak({ text: 'x' }, never);
    await expect(buffer(broken)).rejects.toMatchObject({ code: 'UPSTREAM_FAILED' });
    const away = new EspeakSpeaker(path.join(folder, 'nowhere')).speak({ text: 'x' }, never);
    await expect(away).rejects.toMatchObject({ code: 'AUDIO_NOT_AVAILABLE' });
  });

  test('is ended when time is over, and when nobody listens any more', async () => {
    const speaker = program('endless', `echo $$ > ${folder}/pid; while :; do printf xxxxxxxxxxxxxxxx; done`);
    const late = await speaker.speak({ text: 'x' }, AbortSignal.timeout(200));
    await expect(buffer(late)).rejects.toMatchObject({ code: 'UPSTREAM_FAILED' });
    await ended();
    rmSync(path.join(folder, 'pid'));
    const left = await speaker.speak({ text: 'x' }, never);
    for await (const _ of left) break;
    await ended();
  });

  async function ended(): Promise<void> {
    const file = path.join(folder, 'pid');
    for (let tries = 0; tries < 200; tries++) {
      if (existsSync(file)) {
        const pid = Number(readFileSync(file, 'utf8'));
        if (pid > 0 && !existsSync(`/proc/${pid}/exe`)) return;
      }
      await new Promise((go) => setTimeout(go, 10));
    }
    throw new Error('The program still runs');
  }
});
