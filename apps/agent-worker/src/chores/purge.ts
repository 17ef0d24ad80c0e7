import { counter, type Logger } from '@app/platform';
import { Chore } from './chore.js';

/** Kinds are few; each purge names its own. */
const KIND = { kind: { atMost: 20 } };

const rowsPurged = counter('eliza_purged_rows_total', 'Rows that went because their time was over', KIND);
const partitionsDropped = counter(
  'eliza_purged_partitions_total',
  'Partitions that were dropped as a whole because the time of all in them was over',
  KIND,
);

/** What went. */
export interface Purged {
  rows: number;
  /** Partitions that were dropped as a whole. */
  partitions?: number;
}

/** Something that is kept for a time and then goes. Several workers may purge it at once. */
export interface Purge {
  /** What goes: a noun, for logs and metrics. */
  kind: string;
  intervalMs: number;
  /** Takes away what is past, portion by portion, until nothing is left or the process is to stop. */
  work: (signal: AbortSignal) => Promise<Purged>;
}

/** The chore that purges now and then, and tells how much. */
export function purgeChore({ kind, intervalMs, work }: Purge, logger: Logger): Chore {
  const purge = async (signal: AbortSignal): Promise<void> => {
    const { rows, partitions = 0 } = await work(signal);
    rowsPurged.add({ kind }, rows);
    partitionsDropped.add({ kind }, partitions);
    if (rows + partitions > 0) logger.info({ kind, rows, partitions }, 'What was past its time is gone');
  };
  return new Chore({ name: `old ${kind} go`, intervalMs, work: purge }, logger);
}

/** Deletes portions with `take` until one is smaller than asked for, or the process is to stop. Answers how many rows. */
export async function inPortions(
  signal: AbortSignal,
  portion: number,
  take: (portion: number) => Promise<number>,
): Promise<number> {
  let rows = 0;
  for (;;) {
    const taken = await take(portion);
    rows += taken;
    if (taken < portion || signal.aborted) return rows;
  }
}
