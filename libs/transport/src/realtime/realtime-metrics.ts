import { counter, histogram } from '@app/platform';

/** Names of events are those of the code. */
const EVENT = { atMost: 40 };

/** Events that this process sent to rooms. */
export const eventsSent = counter('eliza_broadcasts_sent_total', 'Events sent to rooms by this process', {
  event: EVENT,
  outcome: ['published', 'kept_here', 'failed'],
});

/** Events that other processes sent to rooms of this one. */
export const eventsHeard = counter('eliza_broadcasts_heard_total', 'Events heard from other processes', {
  event: EVENT,
});

/** How old events are when they are heard, by the clocks of both ends. */
export const eventLag = histogram(
  'eliza_broadcast_lag_seconds',
  'From sending an event in one process to hearing it in another, by the clocks of both: pieces of answers, and all else',
  { labels: { kind: ['chunk', 'event'] } },
);

/** Looks into Postgres for events that did not arrive. */
export const missedEvents = counter(
  'eliza_sequencer_reads_total',
  'Looks into Postgres for events of a room that Redis did not bring',
  { outcome: ['read', 'failed'] },
);
