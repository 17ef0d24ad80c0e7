import { spawn } from 'node:child_process';
import { inRepository, LONG, SEED } from '@app/testing';

const SECONDS = LONG ? 180 : 20;

/** `npm run bench:chaos`, as anybody runs it. Answers its report. */
async function chaos(seed: number): Promise<{ code: number | null; report: Report; said: string }> {
  const args = [inRepository('bench', 'chaos.mjs'), 'everything', '--seed', String(seed), '--seconds', String(SECONDS)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let [json, said] = ['', ''];
  child.stdout.on('data', (part: Buffer) => (json += part.toString()));
  child.stderr.on('data', (part: Buffer) => (said += part.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, said, report: (json ? JSON.parse(json) : {}) as Report };
}

interface Report {
  held: boolean;
  faults: Record<string, string[]>;
  figures: { sent: number; acts: Record<string, number> };
}

it(
  'while processes and stores are killed, frozen and restarted, and sockets are dropped, every promise holds',
  async () => {
    const seed = SEED ?? Math.floor(Math.random() * 1e6);
    const { code, report, said } = await chaos(seed);
    process.stderr.write(said);
    const broken = Object.entries(report.faults ?? { 'it did not end': [said] }).filter(([, list]) => list.length > 0);
    expect({ seed, broken }).toEqual({ seed, broken: [] });
    expect(code).toBe(0);
    expect(report.figures.sent).toBe(SECONDS * 10);
    expect(Object.values(report.figures.acts).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(SECONDS / 3);
  },
  (SECONDS + 240) * 1_000,
);
