import { counter, gauge, histogram } from '@app/platform';

/** Who is connected. */
export const sockets = gauge('eliza_sockets', 'Sockets connected to this gateway');

/** Channels that somebody here listens to. */
export const rooms = gauge('eliza_rooms', 'Rooms that this gateway listens to');

/** Handshakes. */
export const handshakes = counter('eliza_socket_handshakes_total', 'Handshakes of sockets, by what came of them', {
  outcome: ['welcome', 'known', 'refused', 'failed'],
});

/** Who is let go because it does not read. */
export const slowReaders = counter('eliza_slow_readers_total', 'Sockets ended because their clients read too slowly');

/** What sockets ask for. */
export const socketEvents = counter('eliza_socket_events_total', 'Events of sockets, by what came of them', {
  event: ['join', 'send', 'unknown'],
  outcome: ['done', 'refused', 'failed'],
});

export const socketEventDurations = histogram(
  'eliza_socket_event_duration_seconds',
  'Events of sockets, to their acknowledgement or refusal',
  { labels: { event: ['join', 'send'] } },
);
