import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { circumstances, round } from './lib/report.mjs';
import { startSystem } from './lib/system.mjs';
import { usageOf } from './lib/usage.mjs';
import { sendForm, sendPart } from './uploads/sender.mjs';

const HELP = `Measures uploads through the media-service: its memory while many come at once, one large file in parts, and
how fast files come through it compared with the S3 client alone writing to the same store, both in turns in one run.

node bench/uploads.mjs [--files 100] [--mb 20] [--large-mb 1024] [--rounds 5] [--at-once 4]
                       [--node-options "--max-semi-space-size=4"] [--save name]

Everything it starts is its own: stores, gateway, media-service.`;

const { values } = parseArgs({
  options: {
    files: { type: 'string', default: '100' },
    mb: { type: 'string', default: '20' },
    'large-mb': { type: 'string', default: '1024' },
    rounds: { type: 'string', default: '5' },
    'at-once': { type: 'string', default: '4' },
    'node-options': { type: 'string' },
    save: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(`${HELP}\n`);
  process.exit(0);
}
const MB = 1024 * 1024;
const [files, mb, largeMb, rounds, atOnce] = ['files', 'mb', 'large-mb', 'rounds', 'at-once'].map((name) =>
  Number(values[name]),
);
const agent = '11111111-1111-4111-8111-111111111111';
const file = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(mb * MB - 9)]);

const before = circumstances();
const env = {
  UPLOAD_MAX_MB: String(Math.max(50, mb)),
  MEDIA_SWEEP_INTERVAL_MS: '3600000',
  ...(values['node-options'] ? { NODE_OPTIONS: values['node-options'] } : {}),
};
const system = await startSystem({ workers: 0, media: true, env, quiet: true });
const media = system.media[0];
const formUrl = `${media.url}/api/media/agents/${agent}/upload-media`;
try {
  await uploadForm(); // cold code and the first connections
  const manyAtOnce = await measureMany();
  const largeInParts = await measureLarge();
  const throughput = await measureThroughput();
  const report = {
    what: 'uploads through the media-service: form uploads at once, one file in parts, and throughput against the S3 client',
    ...before,
    options: { files, mb, largeMb, rounds, atOnce, nodeOptions: values['node-options'] ?? null },
    bufferMb: Number(process.env.UPLOAD_BUFFER_MB ?? 96),
    manyAtOnce,
    largeInParts,
    throughput,
  };
  const text = `${JSON.stringify(report, null, 2)}\n`;
  process.stdout.write(text);
  if (values.save) {
    const folder = path.join(import.meta.dirname, 'results');
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, `${values.save}.json`), text);
  }
} finally {
  await system.stop();
}

/** Uploads one file as a form. */
async function uploadForm(onProgress) {
  const { status, body } = await sendForm(formUrl, file, onProgress);
  if (status !== 200) throw new Error(`an upload was answered ${status}: ${JSON.stringify(body)}`);
  return body.data;
}

/** All at once, each connection open from the beginning. */
async function measureMany() {
  const progress = Array.from({ length: files }, () => ({ sent: 0, at: performance.now(), longestStill: 0 }));
  const memory = watchMemory();
  const start = performance.now();
  const took = (one) => (sent) => {
    const now = performance.now();
    one.longestStill = Math.max(one.longestStill, now - one.at);
    Object.assign(one, { sent, at: now });
  };
  // When the first is done, how far is each of the others?
  let whenFirstEnded;
  await Promise.all(
    progress.map(async (one) => {
      await uploadForm(took(one));
      whenFirstEnded ??= progress.map(({ sent }) => sent);
    }),
  );
  const seconds = (performance.now() - start) / 1000;
  return {
    files,
    mbEach: mb,
    seconds: round(seconds),
    mbPerSecond: round((files * mb) / seconds),
    rssMbBefore: memory.before,
    rssMbPeak: memory.stop(),
    begunWhenTheFirstEnded: whenFirstEnded.filter((sent) => sent > 0).length,
    longestStillSeconds: round(Math.max(...progress.map(({ longestStill }) => longestStill)) / 1000),
  };
}

/** One file in parts through the service, some parts at once; read back and compared. */
async function measureLarge() {
  const block = randomBytes(5 * MB);
  const size = largeMb * MB;
  const memory = watchMemory();
  const call = async (method, where, body) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${media.url}/api/media/uploads${where}`, {
      method,
      headers,
      body: JSON.stringify(body),
    });
    const { data, error } = await answer.json();
    if (!answer.ok) throw new Error(`${method} ${where} was answered ${answer.status}: ${JSON.stringify(error)}`);
    return data;
  };
  const about = { name: 'large.pdf', type: 'application/pdf', size, agentId: agent, way: 'parts' };
  const start = performance.now();
  const { id, partBytes, partCount } = await call('POST', '', about);
  const hash = createHash('sha256');
  const parts = Array.from({ length: partCount }, (_, index) => {
    const bytes = block.subarray(0, Math.min(partBytes, size - index * partBytes));
    return index === 0 ? Buffer.concat([Buffer.from('%PDF-1.7\n'), bytes.subarray(9)]) : bytes;
  });
  for (const part of parts) hash.update(part);
  const left = parts.map((bytes, index) => ({ bytes, number: index + 1 }));
  const worker = async () => {
    for (let part = left.shift(); part; part = left.shift()) {
      const { status } = await sendPart(`${media.url}/api/media/uploads/${id}/parts/${part.number}`, part.bytes);
      if (status !== 200) throw new Error(`part ${part.number} was answered ${status}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  const sentAt = performance.now();
  const { url } = await call('POST', `/${id}/complete`, {});
  const completedAt = performance.now();
  const found = createHash('sha256');
  for await (const chunk of (await fetch(media.url + url)).body) found.update(chunk);
  return {
    mb: largeMb,
    parts: partCount,
    secondsToSend: round((sentAt - start) / 1000),
    secondsToComplete: round((completedAt - sentAt) / 1000),
    rssMbPeak: memory.stop(),
    arrivedAsSent: found.digest('hex') === hash.digest('hex'),
  };
}

/** The same files through the service and by the S3 client alone, in turns. */
async function measureThroughput() {
  const { S3_ENDPOINT, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY, S3_BUCKET } = system.stores.env;
  const client = new S3Client({
    endpoint: S3_ENDPOINT,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: S3_ACCESS_KEY_ID, secretAccessKey: S3_SECRET_ACCESS_KEY },
  });
  let count = 0;
  const raw = () => {
    const params = { Bucket: S3_BUCKET, Key: `raw/${(count += 1)}`, Body: file, ContentType: 'application/pdf' };
    return new Upload({ client, params, queueSize: 4, partSize: 5 * MB }).done();
  };
  const perRound = 2 * atOnce;
  const rateOf = async (upload) => {
    const start = performance.now();
    let left = perRound;
    const worker = async () => {
      while (left-- > 0) await upload();
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    return (perRound * mb) / ((performance.now() - start) / 1000);
  };
  await raw();
  const found = [];
  for (let number = 0; number < rounds; number += 1) {
    const turns = { ours: () => uploadForm(), raw };
    const rates = {};
    // Whoever goes second meets what the first left behind: they take turns in that, too.
    for (const name of number % 2 ? ['ours', 'raw'] : ['raw', 'ours']) rates[name] = await rateOf(turns[name]);
    found.push({ ours: round(rates.ours), raw: round(rates.raw), share: round(rates.ours / rates.raw, 2) });
  }
  client.destroy();
  const middle = (name) => found.map((one) => one[name]).sort((a, b) => a - b)[Math.floor(found.length / 2)];
  return {
    filesEachRound: perRound,
    atOnce,
    mbPerSecond: found,
    median: { ours: middle('ours'), raw: middle('raw'), share: middle('share') },
  };
}

/** The media-service's memory, looked at ten times a second. */
function watchMemory() {
  const look = () => usageOf({ media: media.pid }).media?.rssMb ?? 0;
  const first = look();
  let peak = first;
  const timer = setInterval(() => (peak = Math.max(peak, look())), 100);
  return {
    before: first,
    stop() {
      clearInterval(timer);
      return Math.max(peak, look());
    },
  };
}
