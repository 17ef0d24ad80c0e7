import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DEFAULT_TENANT_ID, newId, parseMediaPath } from '@app/contracts';
import { Database, MediaPath } from '@app/persistence';
import { soundOf, until } from '@app/testing';
import sharp from 'sharp';
import { DerivationTaker } from '../src/jobs/derivation-taker.js';
import type { Deriver } from '../src/jobs/deriver.js';
import { ObjectStorage } from '@app/storage';
import { TestMedia } from './test-media.js';

describe('files are looked into', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'eliza-ffmpeg-'));
  const ffmpeg = path.join(folder, 'ffmpeg');
  const agent = newId();
  let media: TestMedia;

  beforeAll(async () => {
    // A program that is called as ffmpeg is: two seconds, the second of them loud.
    const silence = `head -c 16000 /dev/zero`;
    const noise = `head -c 16000 /dev/zero | tr '\\0' '\\100'`;
    writeFileSync(ffmpeg, `#!/bin/sh\nPATH=/usr/bin:/bin\necho "$@" > ${folder}/asked\n${silence}\n${noise}\n`, {
      mode: 0o755,
    });
    media = await TestMedia.start({ FFMPEG_PROGRAM: ffmpeg, DERIVATION_INTERVAL_MS: '50' });
  });
  afterAll(async () => {
    await media.close();
    rmSync(folder, { recursive: true });
  });

  const derived = async (file: string) => (await media.send(`/api/media/derived?path=${file}`)).body.data;
  const ended = (file: string) =>
    until('something was made of it', async () => {
      const found = await derived(file);
      return ['done', 'dead'].includes(found.state) && found;
    });

  test('pictures get small ones, upright and without what they tell of their maker', async () => {
    const bytes = await sharp({ create: { width: 2_000, height: 1_000, channels: 3, background: 'red' } })
      .withExif({ IFD0: { Artist: 'Somebody with a name' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    const file = await media.uploaded(agent, { bytes, name: 'holiday.jpg', type: 'image/jpeg' });
    const { state, facts, files } = await ended(file);
    expect([state, facts]).toEqual([
      'done',
      { width: 1_000, height: 2_000, format: 'jpeg', animated: false, transparent: false },
    ]);
    expect(files.map((one: { type: string }) => one.type)).toEqual(['image/webp', 'image/webp']);
    const sizes = [];
    for (const { url } of files) {
      const { status, bytes: small, headers } = await media.send(url);
      const { width, height, exif } = await sharp(small).metadata();
      expect([status, headers.get('content-type'), exif]).toEqual([200, 'image/webp', undefined]);
      sizes.push([width, height]);
    }
    expect(sizes).toEqual([
      [128, 256],
      [800, 1_600],
    ]);
  });

  test('texts give their words', async () => {
    const file = await media.uploaded(agent, {
      bytes: '# Title\r\n\r\nWords.\n',
      name: 'notes.md',
      type: 'text/markdown',
    });
    expect(await ended(file)).toMatchObject({
      state: 'done',
      words: '# Title\n\nWords.',
      facts: { characters: 15, cut: false },
      files: [],
    });
  });

  test('sound gives its length and waveform, read as what it is', async () => {
    const file = await media.uploaded(agent, { bytes: soundOf('Good day.', 'wav'), name: 'a.wav', type: 'audio/wav' });
    const { facts } = await ended(file);
    expect(facts.durationSeconds).toBe(2);
    expect(facts.waveform).toEqual([...Array(10).fill(0), ...Array(10).fill(0.5)]);
    expect(readFileSync(path.join(folder, 'asked'), 'utf8')).toContain('-protocol_whitelist file,pipe -f wav -i ');
  });

  test('a picture that nothing can be made of is left alone, for good', async () => {
    const noise = { raw: { width: 100, height: 100, channels: 3 as const } };
    const png = await sharp(randomBytes(30_000), noise).png().toBuffer();
    // Its header is whole, what follows is not.
    const file = await media.uploaded(agent, { bytes: png.subarray(0, 5_000), name: 'torn.png', type: 'image/png' });
    expect(await ended(file)).toMatchObject({ state: 'dead', files: [] });
    expect(await attempts(file)).toBe(1);
  });

  test('what was made of a file is as hidden as the file, and goes with it', async () => {
    const bytes = await sharp({ create: { width: 9, height: 9, channels: 3, background: 'blue' } })
      .png()
      .toBuffer();
    const file = await media.uploaded(agent, { bytes, name: 'dot.png', type: 'image/png' });
    await ended(file);
    expect((await media.send(`/api/media/derived?path=${file}&sig=wrong`)).body.error.code).toBe('INVALID_LINK');
    expect((await media.send(`/api/media/derived?path=/etc/passwd`)).body.error.code).toBe('VALIDATION_ERROR');
    expect((await media.send(`/api/media/derived?path=${file.replace(agent, newId())}`)).status).toBe(404);
    const { id } = await row(file);
    await media.db.asSuperuser(`update media set state = 'deleting', expires_at = now() where id = $1`, [id]);
    expect(await media.db.asSuperuser('select distinct state from media where derived_from = $1', [id])).toEqual([
      { state: 'deleting' },
    ]);
  });

  describe('by hand', () => {
    const done: Deriver = {
      knows: () => true,
      derive: () =>
        Promise.resolve({
          files: [{ suffix: '-x', ending: 'txt', type: 'text/plain', body: Buffer.from('x') }],
          facts: { made: true },
        }),
    };
    const failing: Deriver = { knows: () => true, derive: () => Promise.reject(new Error('The world is away')) };
    const takerWith = (deriver: Deriver): DerivationTaker => {
      const { app } = media;
      const parts = {
        database: app.get<Database>(Database, { strict: false }),
        media: app.get(MediaPath, { strict: false }),
        objects: app.get(ObjectStorage, { strict: false }),
      };
      return new DerivationTaker({ ...parts, derivers: [deriver] });
    };

    const again = (id: string, attempt: number) =>
      media.db.asSuperuser(
        `update media_derivations set state = 'waiting', attempt = $2, due_at = now() where media_id = $1`,
        [id, attempt],
      );

    beforeAll(async () => {
      await media.close();
      media = await TestMedia.start({ DERIVATION_INTERVAL_MS: '3600000' });
    });

    test('a fault of the world is tried again, later each time, and given up in the end', async () => {
      const file = await media.uploaded(agent, { bytes: 'words', name: 'a.txt', type: 'text/plain' });
      const { id } = await row(file);
      const job = { tenantId: DEFAULT_TENANT_ID, mediaId: id };
      await takerWith(failing).take(job);
      expect(await derivation(id)).toMatchObject({
        state: 'waiting',
        attempt: 1,
        fault: 'The world is away',
        later: true,
      });
      await takerWith(failing).take(job); // not due
      expect(await derivation(id)).toMatchObject({ attempt: 1 });
      await again(id, 4);
      await takerWith(failing).take(job);
      expect(await derivation(id)).toMatchObject({ state: 'dead', attempt: 5 });
    });

    test('two that take the same file make its files once, and so does one that comes after a crash', async () => {
      const file = await media.uploaded(agent, { bytes: 'words', name: 'b.txt', type: 'text/plain' });
      const { id } = await row(file);
      const job = { tenantId: DEFAULT_TENANT_ID, mediaId: id };
      await Promise.all([takerWith(done).take(job), takerWith(done).take(job)]);
      expect(await derivation(id)).toMatchObject({ state: 'done', attempt: 1 });
      await again(id, 1);
      await takerWith(done).take(job);
      expect(await derivation(id)).toMatchObject({ state: 'done', attempt: 2 });
      const { facts, files } = await derived(file);
      expect([facts, files.length]).toEqual([{ made: true }, 1]);
      expect((await media.send(files[0].url)).bytes.toString()).toBe('x');
    });

    test('a file that is deleted meanwhile gets nothing', async () => {
      const file = await media.uploaded(agent, { bytes: 'words', name: 'c.txt', type: 'text/plain' });
      const job = { tenantId: DEFAULT_TENANT_ID, mediaId: (await row(file)).id };
      await media.db.asSuperuser(`update media set state = 'deleting', expires_at = now() where id = $1`, [
        job.mediaId,
      ]);
      await takerWith(done).take(job);
      expect(await media.db.asSuperuser('select 1 from media where derived_from = $1', [job.mediaId])).toEqual([]);
    });
  });

  async function row(file: string): Promise<{ id: string }> {
    const [found] = await media.db.asSuperuser<{ id: string }>('select id from media where file = $1', [
      parseMediaPath(file)!.file,
    ]);
    return found!;
  }

  async function attempts(file: string): Promise<number> {
    return (await derivation((await row(file)).id)).attempt;
  }

  async function derivation(
    id: string,
  ): Promise<{ state: string; attempt: number; fault: string | null; later: boolean }> {
    const [found] = await media.db.asSuperuser<{
      state: string;
      attempt: number;
      fault: string | null;
      later: boolean;
    }>('select state, attempt, fault, due_at > now() as later from media_derivations where media_id = $1', [id]);
    return found!;
  }
});
