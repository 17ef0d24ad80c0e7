import { randomBytes } from 'node:crypto';
import { newId } from '@app/contracts';
import { ObjectStorage } from '@app/storage';
import sharp from 'sharp';
import { EICAR, LocalClamd } from './clamd.js';
import { TestMedia, type Reply, type SentFile } from './test-media.js';
import { zipOf } from './zip.js';

const agent = newId();
const NEVER = '3600000';
const MB = 1024 * 1024;

let media: TestMedia;
let clamd: LocalClamd;
beforeAll(async () => {
  clamd = await LocalClamd.start();
  media = await TestMedia.start({
    CLAMD_ADDRESS: clamd.address,
    SCAN_SECONDS: '2',
    SCAN_LARGEST_MB: '30',
    DERIVATION_INTERVAL_MS: NEVER,
  });
  await media.app.get(ObjectStorage, { strict: false }).check();
});
afterEach(() => (clamd.mood = 'well'));
afterAll(async () => {
  await media.close();
  await clamd.close();
});

const send = (file: SentFile, to = media): Promise<Reply> => to.upload(`/api/media/agents/${agent}/upload-media`, file);
const zip = (...files: Parameters<typeof zipOf>[0]): SentFile => ({ bytes: zipOf(files), name: 'a.zip' });

async function demandRefused(file: SentFile, reason: string): Promise<string> {
  const before = [await media.inBucket(), await media.rows()];
  const { status, body } = await send(file);
  expect([status, body.error?.code, body.error?.details?.reason]).toEqual([422, 'FILE_REFUSED', reason]);
  expect([await media.inBucket(), await media.rows()]).toEqual(before);
  return body.error.message as string;
}

async function demandTaken(file: SentFile): Promise<void> {
  const { status, body } = await send(file);
  expect([status, body.error]).toEqual([200, undefined]);
  const { bytes } = await media.send(body.data.url);
  expect(bytes.equals(Buffer.from(file.bytes as Buffer))).toBe(true);
}

describe('pictures', () => {
  const picture = (side: number) => sharp({ create: { width: side, height: side, channels: 3, background: 'red' } });

  test.each(['png', 'jpeg', 'webp', 'gif', 'avif'] as const)('that can be read are taken (%s)', async (format) => {
    await demandTaken({ bytes: await picture(20)[format]().toBuffer(), name: `a.${format}` });
  });

  test('that cannot be read are refused', async () => {
    const png = await picture(20).png().toBuffer();
    await demandRefused({ bytes: png.subarray(0, 20), name: 'a.png', type: 'image/png' }, 'picture_unreadable');
  });

  test('that unpack to more than memory should hold are refused', async () => {
    const png = await picture(1).png().toBuffer();
    png.writeUInt32BE(40_000, 16);
    png.writeUInt32BE(40_000, 20);
    const message = await demandRefused({ bytes: png, name: 'a.png' }, 'picture_too_large');
    expect(message).toContain('40000 by 40000');
  });

  test('of many parts are looked at when the store has them', async () => {
    const noise = randomBytes(1500 * 1500 * 3);
    const large = await sharp(noise, { raw: { width: 1500, height: 1500, channels: 3 } })
      .png()
      .toBuffer();
    expect(large.length).toBeGreaterThan(5 * MB);
    await demandTaken({ bytes: large, name: 'a.png' });
    large.writeUInt32BE(60_000, 16);
    await demandRefused({ bytes: large, name: 'a.png' }, 'picture_too_large');
  });
});

describe('archives', () => {
  const nested = (depth: number): Buffer =>
    depth === 0 ? Buffer.from('inside') : zipOf([{ name: depth === 1 ? 'a.txt' : 'a.zip', bytes: nested(depth - 1) }]);

  test('with files, folders and an archive are taken', async () => {
    await demandTaken(
      zip(
        { name: 'folder/', bytes: '', store: true },
        { name: 'folder/words.txt', bytes: 'words '.repeat(1_000) },
        { name: 'more.zip', bytes: nested(1) },
        { name: 'not really.zip', bytes: 'words' },
        { name: 'empty.zip', bytes: '' },
      ),
    );
  });

  test('of many parts and thousands of files are taken, and read with few calls', async () => {
    const many = Array.from({ length: 3_000 }, (_, index) => ({ name: `${index}.txt`, bytes: 'x', store: true }));
    await demandTaken(zip({ name: 'noise', bytes: randomBytes(7 * MB), store: true }, ...many));
  });

  test('that unpack a thousandfold are refused', async () => {
    const bomb = zip({ name: 'zeros', bytes: Buffer.alloc(30 * MB) });
    expect(bomb.bytes.length).toBeLessThan(100_000);
    await demandRefused(bomb, 'archive_too_large');
  });

  test('that claim to hold more than a disk are refused', async () => {
    const claims = { uncompressedSize: 0xffff_fff0 };
    await demandRefused(zip({ name: 'a', bytes: randomBytes(MB), store: false, claims }), 'archive_too_large');
  });

  test('that hold too many files are refused', async () => {
    const many = Array.from({ length: 10_001 }, (_, index) => ({ name: String(index), bytes: '', store: true }));
    await demandRefused(zip(...many), 'archive_too_large');
  });

  test('that are nested are refused from the third on', async () => {
    await demandTaken({ bytes: nested(2), name: 'a.zip' });
    await demandRefused({ bytes: nested(3), name: 'a.zip' }, 'archive_too_large');
  });

  test('whose inner archives are bombs are refused', async () => {
    const inner = zipOf([{ name: 'zeros', bytes: Buffer.alloc(30 * MB) }]);
    await demandRefused(zip({ name: 'inner.zip', bytes: inner }), 'archive_too_large');
  });

  test('whose files share their bytes are refused', async () => {
    const one = zipOf([{ name: 'a', bytes: randomBytes(50_000), store: true }]);
    const at = one.indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
    const entry = one.subarray(at, one.length - 22);
    const end = Buffer.from(one.subarray(one.length - 22));
    end.writeUInt16LE(3, 8);
    end.writeUInt16LE(3, 10);
    end.writeUInt32LE(entry.length * 3, 12);
    const bytes = Buffer.concat([one.subarray(0, at), entry, entry, entry, end]);
    await demandRefused({ bytes, name: 'a.zip' }, 'archive_unreadable');
  });

  test.each(['../../etc/passwd', '/etc/passwd'])('with names that lead elsewhere are refused (%s)', async (name) => {
    await demandRefused(zip({ name, bytes: 'x' }), 'archive_unreadable');
  });

  test('that are cut off are refused', async () => {
    const { bytes } = zip({ name: 'a.txt', bytes: 'words' });
    await demandRefused({ bytes: (bytes as Buffer).subarray(0, 40), name: 'a.zip' }, 'archive_unreadable');
  });
});

describe('malware', () => {
  test('is refused, in small files and large ones, and nobody could see it meanwhile', async () => {
    const message = await demandRefused({ bytes: EICAR, name: 'a.txt' }, 'malware');
    expect(message).toContain('Eicar-Test-Signature');
    const large = Buffer.concat([Buffer.alloc(6 * MB, 'a'), Buffer.from(EICAR)]);
    await demandRefused({ bytes: large, name: 'a.txt' }, 'malware');
    expect(clamd.scanned.slice(-2)).toEqual([68, 6 * MB + 68]);
  });

  test('is not found in what is clean', async () => {
    await demandTaken({ bytes: Buffer.alloc(6 * MB, 'a'), name: 'a.txt' });
  });

  test('cannot be looked for in a file larger than the scanner takes: it is refused', async () => {
    await demandRefused({ bytes: Buffer.alloc(26 * MB, 'a'), name: 'a.txt' }, 'not_scannable');
    const sent = clamd.scanned.length;
    await demandRefused({ bytes: Buffer.alloc(31 * MB, 'a'), name: 'a.txt' }, 'not_scannable');
    expect(clamd.scanned).toHaveLength(sent);
  });

  test.each([
    ['does not answer', 'silent'],
    ['breaks off', 'broken'],
    ['fails', 'confused'],
  ] as const)('is not let in while the scanner %s', async (_, mood) => {
    clamd.mood = mood;
    const before = await media.inBucket();
    for (const bytes of ['words', Buffer.alloc(6 * MB, 'a')]) {
      const { status, headers, body } = await send({ bytes, name: 'a.txt' });
      expect([status, body.error.code]).toEqual([503, 'SCANNER_UNAVAILABLE']);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect(await media.inBucket()).toEqual(before);
  });

  test('a scanner that stays away is not waited for, and used again when it is back', async () => {
    clamd.mood = 'silent';
    let answer: Reply;
    do answer = await send({ bytes: 'words', name: 'a.txt' });
    while (answer.body.error.details.reason !== 'resting');
    const began = Date.now();
    expect((await send({ bytes: 'words', name: 'a.txt' })).status).toBe(503);
    expect(Date.now() - began).toBeLessThan(1_000);
    clamd.mood = 'well';
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    await demandTaken({ bytes: Buffer.from('words'), name: 'a.txt' });
  }, 30_000);

  test('where scanning is not required files are taken while the scanner is away', async () => {
    const lenient = await TestMedia.start({ CLAMD_ADDRESS: '127.0.0.1:9', SCAN_REQUIRED: 'off' });
    try {
      expect((await send({ bytes: 'words', name: 'a.txt' }, lenient)).status).toBe(200);
      expect(lenient.logs.join()).toContain('without being scanned');
    } finally {
      await lenient.close();
    }
  });
});
