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
  {
    route: 'POST /api/messaging/channels/:channelId/messages',
    what: 'Author and message server may be left out: the author is X-Entity-Id, or nobody in particular; ElizaOS answers 400',
    why: "ElizaOS's own client (postMessage) names neither",
  },
  {
    route: 'POST /api/messaging/submit, POST /api/messaging/action',
    what: 'agentId and channelId do for author_id and channel_id; source_type and raw_message have defaults; an id that is taken is 409',
    why: "ElizaOS's own client (submitMessage) sends no others",
  },
  {
    route: 'POST /api/messaging/submit, POST /api/messaging/action, POST /api/messaging/ingest-external',
    what: '404 CHANNEL_NOT_FOUND for an unknown channel, where ElizaOS answers 500',
    why: 'The caller named what is not there; ingesting into an unknown channel of a known server makes it, as talking does',
  },
  {
    route: 'POST /api/messaging/ingest-external',
    what: "The list of ElizaOS's client is taken too; the same words under the same source_id are stored once",
    why: 'Platforms deliver again what they are not sure of',
  },
  {
    route: 'POST /api/messaging/complete',
    what: 'Tells messageComplete; ElizaOS has no such route',
    why: 'Its client and its agents call it after each turn',
  },
  {
    route: 'PATCH /api/messaging/messages/:messageId, event messageBroadcast',
    what: 'An edit is a messageBroadcast with the same id, the new text and updatedAt',
    why: 'Stock clients overlook a second broadcast of a known id and show the edit when they load; no event of theirs fits better',
  },
  {
    route:
      'GET /api/messaging/messages/:messageId, POST /api/messaging/messages/search, POST /api/messaging/message-servers/:id/sync-channels',
    what: 'They exist; ElizaOS answers 404',
    why: "ElizaOS's own client calls them",
  },
  {
    route: 'DELETE /api/messaging/message-servers/:id',
    what: 'It exists; 409 for the default server',
    why: 'Clients take the default server for granted',
  },
  {
    route: '/api/messaging/message-servers/:id/agents',
    what: 'Any message server of the tenant, 404 for one that is not there; ElizaOS refuses all but its own with 403',
    why: 'A tenant has several servers; and being on one does not decide whether an agent answers: taking part in the channel does',
  },
  {
    route: 'GET /api/messaging/channels/:channelId/details',
    what: 'metadata.participantCentralUserIds are the participants; written back they are not kept',
    why: "ElizaOS's client adds and removes users by reading and writing this list, and throws everybody out when it is missing",
  },
  {
    route: '/api/messaging/sessions/…',
    what: 'Errors have the uniform shape with success, code and requestId; ElizaOS leaves out success and sends a stack',
    why: 'One shape of errors everywhere, and nothing of our inside',
  },
  {
    route: 'POST /api/messaging/sessions',
    what: 'The user takes part in the channel beside the agent; ElizaOS adds only the agent',
    why: 'A conversation has two sides, and a socket of the user may join it',
  },
  {
    route: 'POST /api/messaging/sessions/:sessionId/messages, transport websocket',
    what: 'The message is broadcast; ElizaOS hands it only to the agent',
    why: 'Every message is heard by the listeners of its channel',
  },
  {
    route: 'POST /api/messaging/sessions/:sessionId/messages and DELETE /api/messaging/sessions/:sessionId',
    what: 'The answer has data as well, a copy of itself',
    why: 'The stock client hands only data to its caller',
  },
  {
    route: 'POST /api/messaging/sessions/:sessionId/renew',
    what: 'SESSION_RENEWAL_FAILED as soon as the session ends at its longest duration anyway; ElizaOS only when that is over',
    why: 'By then the session has expired: the renewal could never fail, and never did anything',
  },
  {
    route: 'GET /api/messaging/sessions/:sessionId, expired',
    what: '410 SESSION_EXPIRED for a day (SESSION_RETENTION_MINUTES), then 404; ElizaOS forgets it with the first 410',
    why: 'Two who ask are told the same',
  },
  {
    route: 'GET /api/messaging/sessions and GET /api/messaging/jobs',
    what: 'With X-Entity-Id only those of that entity; ElizaOS shows all to all',
    why: 'The caller said who it is',
  },
  {
    route: '/api/messaging/jobs',
    what: 'Jobs complete; a job whose agent chose to be silent fails, one whose answer comes too late stays a timeout',
    why: 'In ElizaOS every job ends in timeout; a status that is final stays',
  },
  {
    route: 'Socket.IO handshake',
    what: 'Clients get a session id (`pid`); one that connects again with it within two minutes hears its channels on, beginning with what it may have missed',
    why: 'Stock clients do not join again and are deaf on the real server. What was sent less than a ping before the break comes a second time, which they drop by its id',
  },
  {
    route: 'controlMessage',
    what: 'Only enable_input is sent, when a turn ends without an answer; ElizaOS 1.7.2 sends none',
    why: 'Clients open their input with the answer by themselves; a disable_input whose end is lost would lock people out',
  },
  {
    route: 'GET, POST, DELETE /api/server/logs, log_stream',
    what: 'The log is the tenant’s own, over all processes: lines about it, without errors and stacks. POST takes lines of the client, which ElizaOS overlooks. agentName filters',
    why: 'The log of a process tells of all tenants and of its inside',
  },
  {
    route: 'POST /api/server/stop',
    what: '403 without the X-Operator-Key of the installation',
    why: 'Anybody may stop ElizaOS; a tenant must not stop the others',
  },
  {
    route: 'GET, POST /api/system/env/local',
    what: 'The tenant’s own encrypted settings instead of the process’s .env file; shown in clear to who acts for the whole tenant, 403 to others; names and values are limited',
    why: 'The settings page of the web UI shows and edits them; a file belongs to one process and to everybody in it',
  },
  {
    route: 'GET /api/tee/*',
    what: '501 TEE_NOT_AVAILABLE, or attestation where TEE_MODE is set; ElizaOS has 404',
    why: 'Its router is empty',
  },
  {
    route: 'Content-Security-Policy',
    what: 'Scripts from this origin only, also in development; production has the stricter policy that ElizaOS meant to have',
    why: 'Its build froze the development policy',
  },
  {
    route: 'CORS',
    what: 'X-Entity-Id may be sent; CORS_ORIGIN and API_CORS_ORIGIN may name several origins',
    why: 'ElizaOS’s own web client sends it and is refused from another origin',
  },
  {
    route: 'GET pages with ELIZA_UI_ENABLE=false',
    what: '403 with the uniform error; 404 when no ELIZA_UI_DIR is set',
    why: 'One shape of errors; no web UI is shipped inside',
  },
  {
    route: 'GET /api/agents/:agentId/runs',
    what: 'durationMs is told, where ElizaOS has null on its fast path; total is counted up to 1,000',
    why: 'It is there at no cost; counting all turns of a busy agent is not',
  },
  {
    route: 'GET /api/agents/:agentId/runs',
    what: 'Cancelled and discarded turns have the status error, and metadata say which; waiting ones have started',
    why: 'ElizaOS loses such runs or shows them as started for ever; its clients know four states',
  },
  {
    route: 'GET /api/agents/:agentId/runs/:runId',
    what: 'Errors and states stand in the metadata of the summary',
    why: 'Whoever looks at a failed run wants to know why',
  },
  {
    route: 'GET /api/agents/:agentId/logs',
    what: "Prompts and answers are told as their lengths, unless the agent's setting LOG_PROMPTS is true",
    why: 'Logs are kept for weeks, and what people say need not be in them',
  },
  {
    route: 'GET /api/agents/:agentId/logs',
    what: "limit, level, from, to and search are heeded; roomId may also be a channel's id; 500 at most",
    why: "ElizaOS's own client sends them",
  },
  {
    route: 'DELETE /api/agents/:agentId/logs/:logId',
    what: '404 for a step that does not exist, where ElizaOS answers 204',
    why: 'The caller learns that nothing was deleted',
  },
  {
    route: 'GET /api/agents/worlds',
    what: '200 with the worlds of all agents, where ElizaOS answers 400',
    why: 'Its own client calls it; there the route is hidden behind /agents/:agentId',
  },
  {
    route: 'POST /api/agents/:agentId/worlds',
    what: 'With worldId and no name the agent joins that world, where ElizaOS answers 400',
    why: 'addAgentToWorld of its own client sends just that',
  },
  {
    route: 'PATCH /api/agents/:agentId/worlds/:worldId',
    what: 'settings are merged into metadata.settings, where ElizaOS ignores them',
    why: 'updateAgentWorldSettings of its own client sends just that',
  },
  {
    route: 'GET /api/memory/:agentId/memories',
    what: '200 memories when nobody says, 500 at most; limit and before page through them; without a room, messages come from the 200 channels that were active last',
    why: 'ElizaOS answers all there is, however much',
  },
  {
    route: 'GET /api/memory/:agentId/memories',
    what: "The id of a message's memory is the message's own; X-Entity-Id narrows messages to the rooms that entity is in, answers of the agent included",
    why: 'There is one copy of a message, so deletes and edits reach what agents remember',
  },
  {
    route: 'PATCH /api/memory/:agentId/memories/:memoryId',
    what: "404 for what the agent does not remember; of a message's memory only content and metadata change",
    why: "Room and author are the message's",
  },
  {
    route: 'DELETE /api/memory/:agentId/memories',
    what: 'deleted counts messages up to 10,000',
    why: 'Forgetting takes no longer however much there is',
  },
  {
    route: 'DELETE /api/memory/:agentId/memories/all/:roomId',
    what: "Really forgets, by room id or channel id; 404 for a room that is not the agent's",
    why: 'ElizaOS looks for types that no row has and deletes nothing',
  },
  {
    route: 'POST /api/memory/groups/:messageServerId',
    what: 'Without agentIds the active agents of the message server get the room; 404 when no agent named is active',
    why: "createWorldFromMessageServer of ElizaOS's own client names none and always gets 400",
  },
  {
    route: 'DELETE /api/memory/groups/:messageServerId',
    what: "The id is a message server's or a world's, of all agents",
    why: "ElizaOS takes it for a world id only, though its client sends a message server's",
  },
  {
    route: 'POST /api/messaging/channels/:channelId/generate-title',
    what: 'An empty answer of the model, and a model that fails or is slow, give a title made of what was said; 503 when no worker answers in time',
    why: 'ElizaOS never answers when its model says nothing, and 500 when it fails',
  },
];
