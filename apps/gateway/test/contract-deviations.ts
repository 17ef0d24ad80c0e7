/** A knowing difference from ElizaOS 1.7.2. */
export interface Deviation {
  /** The route or event. */
  route: string;
  what: string;
  why: string;
}

/** Where our answers differ from the recorded ones on purpose. */
export const DEVIATIONS: Deviation[] = [
  {
    route: 'POST /api/messaging/channels/:channelId/messages, transport websocket',
    what: '201 also when no agent owes an answer, where ElizaOS stores the message and then answers 400',
    why: 'The message is stored and heard; people talk to each other too',
  },
  {
    route: 'POST /api/messaging/channels/:channelId/messages, transport sse',
    what: 'NO_AGENT is told as an error event, where ElizaOS answers 400',
    why: 'The stream is open once the message is stored, before its turns are looked at',
  },
  {
    route: 'POST /api/messaging/channels/:channelId/messages, transports http and sse',
    what: 'The reply is stored and broadcast; ElizaOS only hands it to the caller',
    why: 'A conversation is one, whichever way its parts were asked for',
  },
  {
    route: 'POST /api/messaging/channels/:channelId/messages, transport http',
    what: 'After ANSWER_WAIT_MS (29 s) 504 TURN_TIMEOUT with the turn and where to fetch its reply; ElizaOS cuts the connection at 30 s',
    why: 'The stock client gives up by itself after 30 s: a little earlier it still learns how to go on',
  },
  {
    route: 'POST /api/messaging/channels/:channelId/messages, transport http',
    what: 'Of several agents that owe an answer the first one answers; ElizaOS asks only the first participant',
    why: 'All agents that are spoken to answer in the channel; the caller gets what comes first',
  },
  {
    route: 'POST /api/messaging/channels/:channelId/messages, transport http',
    what: '502 TURN_FAILED, 409 TURN_CANCELLED where ElizaOS answers 500',
    why: 'The caller can tell a wrong key of the agent from an answer that somebody stopped',
  },
];
