import { request, type IncomingMessage } from 'node:http';
import { DEFAULT_TENANT_ID, newId } from '@app/contracts';
import { DOT, TestMedia } from './test-media.js';

/** More than the S3 client opens connections by itself. */
const READERS = 70;

let media: TestMedia;
beforeAll(async () => {
  media = await TestMedia.start();
});
afterAll(() => media.close());

test('files are taken in and handed out while many read theirs slowly', async () => {
  const agentId = newId();
  const path = await media.uploaded(agentId, { bytes: Buffer.alloc(20_000_000, 'a'), name: 'large.txt' });
  const url = media.url + media.links.sign(DEFAULT_TENANT_ID, path);
  const reading = await Promise.all(
    Array.from(
      { length: READERS },
      () =>
        new Promise<IncomingMessage>((resolve, reject) => {
          request(url, (answer) => resolve(answer.pause()))
            .on('error', reject)
            .end();
        }),
    ),
  );
  try {
    expect(reading.map(({ statusCode }) => statusCode)).toEqual(Array(READERS).fill(200));
    const began = performance.now();
    const dot = await media.uploaded(agentId, { bytes: DOT, name: 'dot.png' });
    expect((await media.send(media.links.sign(DEFAULT_TENANT_ID, dot))).bytes).toEqual(DOT);
    expect(performance.now() - began).toBeLessThan(10_000);
  } finally {
    for (const answer of reading) answer.destroy();
  }
}, 60_000);
