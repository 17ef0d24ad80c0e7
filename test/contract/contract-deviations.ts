/** A knowing difference from ElizaOS 1.7.2. */
export interface Deviation {
  /**
   * What differs: routes, socket events, methods of the client, or a part of the edge, as the tables of
   * docs/compatibility.md name them. `*` stands for anything.
   */
  of: string[];
  /** Mended is what never worked there; different is what works there in another way. */
  as: 'mended' | 'different';
  what: string;
  why: string;
  /** Recorded exchanges that show it, and how our answers differ from them. */
  recordings?: Record<string, string[]>;
}

/** Where our answers differ from those of ElizaOS on purpose. */
export const DEVIATIONS: Deviation[] = [
  {
    of: ['POST /api/messaging/channels/:channelId/messages'],
    as: 'different',
    what: 'Transport websocket: 201 also when no agent owes an answer, where ElizaOS stores the message and then answers 400',
    why: 'The message is stored and heard; people talk to each other too',
    recordings: {
      'messaging.channelMessage.noAgent': ['status: 201 for 400'],
    },
  },
  {
    of: ['POST /api/messaging/channels/:channelId/messages'],
    as: 'different',
    what: 'Transport sse: NO_AGENT is told as an error event, where ElizaOS answers 400',
    why: 'The stream is open once the message is stored, before its turns are looked at',
  },
  {
    of: ['POST /api/messaging/channels/:channelId/messages', 'POST /api/messaging/sessions/:sessionId/messages'],
    as: 'mended',
    what: 'Transports http and sse: the reply is stored and broadcast; ElizaOS only hands it to the caller',
    why: 'A conversation is one, whichever way its parts were asked for',
  },
  {
    of: [
      'POST /api/messaging/channels/:channelId/messages',
      'POST /api/messaging/sessions/:sessionId/messages',
      'sessions.sendMessageSync',
    ],
    as: 'different',
    what: 'Transport http: after ANSWER_WAIT_MS (29 s) 504 TURN_TIMEOUT with the turn and where to fetch its reply; ElizaOS cuts the connection at 30 s',
    why: 'The stock client gives up by itself after 30 s: a little earlier it still learns how to go on',
  },
  {
    of: ['POST /api/messaging/channels/:channelId/messages'],
    as: 'different',
    what: 'Transport http: of several agents that owe an answer the first one answers; ElizaOS asks only the first participant',
    why: 'All agents that are spoken to answer in the channel; the caller gets what comes first',
  },
  {
    of: ['POST /api/messaging/channels/:channelId/messages', 'POST /api/messaging/sessions/:sessionId/messages'],
    as: 'different',
    what: 'Transports http and sse: 502 TURN_FAILED, 409 TURN_CANCELLED where ElizaOS answers 500',
    why: 'The caller can tell a wrong key of the agent from an answer that somebody stopped',
  },
  {
    of: ['POST /api/messaging/channels/:channelId/messages', 'messaging.postMessage'],
    as: 'mended',
    what: 'Author and message server may be left out: the author is X-Entity-Id, or nobody in particular; ElizaOS answers 400',
    why: "ElizaOS's own client (postMessage) names neither",
    recordings: {
      'messaging.postMessage': ['status: 201 for 400'],
    },
  },
  {
    of: ['POST /api/messaging/submit', 'POST /api/messaging/action', 'messaging.submitMessage'],
    as: 'mended',
    what: 'agentId and channelId do for author_id and channel_id; source_type and raw_message have defaults; an id that is taken is 409',
    why: "ElizaOS's own client (submitMessage) sends no others",
    recordings: {
      'messaging.submitMessage': ['status: 201 for 400'],
    },
  },
  {
    of: ['POST /api/messaging/submit', 'POST /api/messaging/action', 'POST /api/messaging/ingest-external'],
    as: 'different',
    what: '404 CHANNEL_NOT_FOUND for an unknown channel, where ElizaOS answers 500',
    why: 'The caller named what is not there; ingesting into an unknown channel of a known server makes it, as talking does',
  },
  {
    of: ['POST /api/messaging/ingest-external', 'messaging.ingestExternalMessages'],
    as: 'mended',
    what: "The list of ElizaOS's client is taken too; the same words under the same source_id are stored once",
    why: 'Platforms deliver again what they are not sure of',
    recordings: {
      'messaging.ingestExternalMessages': ['status: 202 for 400'],
    },
  },
  {
    of: ['POST /api/messaging/complete', 'messaging.completeMessage'],
    as: 'mended',
    what: 'Tells messageComplete; ElizaOS has no such route',
    why: 'Its client and its agents call it after each turn',
  },
  {
    of: ['PATCH /api/messaging/messages/:messageId', 'messaging.updateMessage', 'messageBroadcast'],
    as: 'mended',
    what: 'An edit is a messageBroadcast with the same id, the new text and updatedAt',
    why: 'Stock clients overlook a second broadcast of a known id and show the edit when they load; no event of theirs fits better',
    recordings: {
      'messaging.updateMessage': ['status: 200 for 404'],
    },
  },
  {
    of: [
      'GET /api/messaging/messages/:messageId',
      'POST /api/messaging/messages/search',
      'POST /api/messaging/message-servers/:serverId/sync-channels',
      'messaging.getMessage',
      'messaging.searchMessages',
      'messaging.syncMessageServerChannels',
    ],
    as: 'mended',
    what: 'They exist; ElizaOS answers 404',
    why: "ElizaOS's own client calls them",
    recordings: {
      'messaging.getMessage': ['status: 200 for 404'],
      'messaging.searchMessages': ['status: 200 for 404'],
      'messaging.syncMessageServerChannels': ['status: 200 for 404'],
    },
  },
  {
    of: ['DELETE /api/messaging/message-servers/:serverId', 'messaging.deleteMessageServer'],
    as: 'mended',
    what: 'It exists; 409 for the default server',
    why: 'Clients take the default server for granted',
  },
  {
    of: [
      '* /api/messaging/message-servers/:serverId/agents*',
      'agents.getAgentsForMessageServer',
      'agents.addAgentToMessageServer',
      'agents.removeAgentFromMessageServer',
    ],
    as: 'different',
    what: 'Any message server of the tenant, 404 for one that is not there; ElizaOS refuses all but its own with 403',
    why: 'A tenant has several servers; and being on one does not decide whether an agent answers: taking part in the channel does',
    recordings: {
      'agents.removeAgentFromMessageServer.other': ['status: 404 for 403'],
    },
  },
  {
    of: [
      'GET /api/messaging/channels/:channelId/details',
      'messaging.addUserToChannel',
      'messaging.addUsersToChannel',
      'messaging.removeUserFromChannel',
    ],
    as: 'mended',
    what: 'metadata.participantCentralUserIds are the participants; written back they are not kept',
    why: "ElizaOS's client adds and removes users by reading and writing this list, and throws everybody out when it is missing",
  },
  {
    of: ['POST /api/messaging/sessions', 'sessions.createSession'],
    as: 'different',
    what: 'The user takes part in the channel beside the agent; ElizaOS adds only the agent',
    why: 'A conversation has two sides, and a socket of the user may join it',
  },
  {
    of: ['POST /api/messaging/sessions/:sessionId/messages', 'sessions.sendMessage'],
    as: 'different',
    what: 'Transport websocket: the message is broadcast; ElizaOS hands it only to the agent',
    why: 'Every message is heard by the listeners of its channel',
  },
  {
    of: [
      'POST /api/messaging/sessions/:sessionId/messages',
      'DELETE /api/messaging/sessions/:sessionId',
      'sessions.sendMessage',
      'sessions.sendMessageSync',
      'sessions.deleteSession',
    ],
    as: 'mended',
    what: 'The answer has data as well, a copy of itself',
    why: 'The stock client hands only data to its caller',
  },
  {
    of: ['POST /api/messaging/sessions/:sessionId/renew'],
    as: 'different',
    what: 'SESSION_RENEWAL_FAILED as soon as the session ends at its longest duration anyway; ElizaOS only when that is over',
    why: 'By then the session has expired: the renewal could never fail, and never did anything',
  },
  {
    of: ['GET /api/messaging/sessions/:sessionId', 'sessions.getSession'],
    as: 'different',
    what: '410 SESSION_EXPIRED for a day (SESSION_RETENTION_MINUTES), then 404; ElizaOS forgets it with the first 410',
    why: 'Two who ask are told the same',
  },
  {
    of: ['GET /api/messaging/sessions', 'GET /api/messaging/jobs', 'sessions.listSessions', 'jobs.list'],
    as: 'different',
    what: 'With X-Entity-Id only those of that entity; ElizaOS shows all to all',
    why: 'The caller said who it is',
  },
  {
    of: [
      'POST /api/messaging/jobs',
      'GET /api/messaging/jobs/:jobId',
      'jobs.create',
      'jobs.getJob',
      'jobs.poll',
      'jobs.createAndPoll',
      'jobs.createAndPollWithBackoff',
      'jobs.ask',
    ],
    as: 'mended',
    what: 'Jobs complete; a job whose agent chose to be silent fails, one whose answer comes too late stays a timeout',
    why: 'In ElizaOS every job ends in timeout; a status that is final stays',
  },
  {
    of: ['Handshake'],
    as: 'mended',
    what: 'Clients get a session id (`pid`); one that connects again with it within two minutes hears its channels on, beginning with what it may have missed',
    why: 'Stock clients do not join again and are deaf on the real server. What was sent less than a ping before the break comes a second time, which they drop by its id',
  },
  {
    of: ['controlMessage'],
    as: 'different',
    what: 'Only enable_input is sent, when a turn ends without an answer; ElizaOS 1.7.2 sends none',
    why: 'Clients open their input with the answer by themselves; a disable_input whose end is lost would lock people out',
  },
  {
    of: [
      '* /api/server/logs',
      'log_stream',
      'server.submitLogs',
      'server.clearLogs',
      'system.getGlobalLogs',
      'system.deleteGlobalLogs',
    ],
    as: 'different',
    what: 'The log is the tenant’s own, over all processes: lines about it, without errors and stacks. POST takes lines of the client, which ElizaOS overlooks. agentName filters',
    why: 'The log of a process tells of all tenants and of its inside',
  },
  {
    of: ['POST /api/server/stop', 'server.stopServer'],
    as: 'different',
    what: '403 without the X-Operator-Key of the installation',
    why: 'Anybody may stop ElizaOS; a tenant must not stop the others',
  },
  {
    of: ['* /api/system/env/local', 'system.getEnvironment', 'system.updateLocalEnvironment'],
    as: 'different',
    what: 'The tenant’s own encrypted settings instead of the process’s .env file; names alone are shown, to who acts for the whole tenant, and a mask sent back leaves a value as it is; 403 to others; names and values are limited',
    why: 'The settings page of the web UI shows and edits them; a file belongs to one process and to everybody in it',
  },
  {
    of: ['* /api/tee/*'],
    as: 'different',
    what: '501 TEE_NOT_AVAILABLE, or attestation where TEE_MODE is set; ElizaOS has 404',
    why: 'Its router is empty',
  },
  {
    of: ['Content-Security-Policy'],
    as: 'different',
    what: 'Scripts from this origin only, also in development; production has the stricter policy that ElizaOS meant to have',
    why: 'Its build froze the development policy',
  },
  {
    of: ['CORS'],
    as: 'mended',
    what: 'X-Entity-Id may be sent; CORS_ORIGIN and API_CORS_ORIGIN may name several origins',
    why: 'ElizaOS’s own web client sends it and is refused from another origin',
  },
  {
    of: ['Web UI'],
    as: 'different',
    what: '403 with the uniform error; 404 when no ELIZA_UI_DIR is set',
    why: 'One shape of errors; no web UI is shipped inside',
  },
  {
    of: ['GET /api/agents/:agentId/runs', 'runs.listRuns'],
    as: 'mended',
    what: 'durationMs is told, where ElizaOS has null on its fast path; total is counted up to 1,000',
    why: 'It is there at no cost; counting all turns of a busy agent is not',
  },
  {
    of: ['GET /api/agents/:agentId/runs', 'runs.listRuns'],
    as: 'different',
    what: 'Cancelled and discarded turns have the status error, and metadata say which; waiting ones have started',
    why: 'ElizaOS loses such runs or shows them as started for ever; its clients know four states',
  },
  {
    of: ['GET /api/agents/:agentId/runs/:runId', 'runs.getRun'],
    as: 'different',
    what: 'Errors and states stand in the metadata of the summary',
    why: 'Whoever looks at a failed run wants to know why',
  },
  {
    of: ['GET /api/agents/:agentId/logs', 'agents.getAgentLogs'],
    as: 'different',
    what: "Prompts and answers are told as their lengths, unless the agent's setting LOG_PROMPTS is true",
    why: 'Logs are kept for weeks, and what people say need not be in them',
    recordings: {
      'runs.getRun': [
        'data.events[MODEL_USED].data.params.user: missing',
        'data.events[MODEL_USED].data.params.prompt: missing',
      ],
    },
  },
  {
    of: ['GET /api/agents/:agentId/logs', 'agents.getAgentLogs'],
    as: 'mended',
    what: "limit, level, from, to and search are heeded; roomId may also be a channel's id; 500 at most",
    why: "ElizaOS's own client sends them",
  },
  {
    of: ['DELETE /api/agents/:agentId/logs/:logId', 'agents.deleteAgentLog'],
    as: 'different',
    what: '404 for a step that does not exist, where ElizaOS answers 204',
    why: 'The caller learns that nothing was deleted',
  },
  {
    of: ['GET /api/agents/worlds', 'agents.getWorlds'],
    as: 'mended',
    what: '200 with the worlds of all agents, where ElizaOS answers 400',
    why: 'Its own client calls it; there the route is hidden behind /agents/:agentId',
    recordings: {
      'agents.getWorlds': ['status: 200 for 400'],
    },
  },
  {
    of: ['POST /api/agents/:agentId/worlds', 'agents.addAgentToWorld'],
    as: 'mended',
    what: 'With worldId and no name the agent joins that world, where ElizaOS answers 400',
    why: 'addAgentToWorld of its own client sends just that',
    recordings: {
      'agents.addAgentToWorld': ['status: 404 for 400'],
    },
  },
  {
    of: ['PATCH /api/agents/:agentId/worlds/:worldId', 'agents.updateAgentWorldSettings'],
    as: 'mended',
    what: 'settings are merged into metadata.settings, where ElizaOS ignores them',
    why: 'updateAgentWorldSettings of its own client sends just that',
  },
  {
    of: ['GET /api/memory/:agentId/memories', 'memory.getAgentMemories', 'memory.getAgentInternalMemories'],
    as: 'different',
    what: '200 memories when nobody says, 500 at most; limit and before page through them; without a room, messages come from the 200 channels that were active last',
    why: 'ElizaOS answers all there is, however much',
  },
  {
    of: ['GET /api/memory/:agentId/memories', 'memory.getAgentMemories', 'memory.getAgentInternalMemories'],
    as: 'different',
    what: "The id of a message's memory is the message's own; X-Entity-Id narrows messages to the rooms that entity is in, answers of the agent included",
    why: 'There is one copy of a message, so deletes and edits reach what agents remember',
  },
  {
    of: ['PATCH /api/memory/:agentId/memories/:memoryId', 'memory.updateMemory', 'memory.updateAgentInternalMemory'],
    as: 'different',
    what: "404 for what the agent does not remember; of a message's memory only content and metadata change",
    why: "Room and author are the message's",
  },
  {
    of: ['DELETE /api/memory/:agentId/memories', 'memory.clearAgentMemories'],
    as: 'different',
    what: 'deleted counts messages up to 10,000',
    why: 'Forgetting takes no longer however much there is',
  },
  {
    of: [
      'DELETE /api/memory/:agentId/memories/all/:roomId',
      'memory.clearRoomMemories',
      'memory.deleteAllAgentInternalMemories',
    ],
    as: 'mended',
    what: "Really forgets, by room id or channel id; 404 for a room that is not the agent's",
    why: 'ElizaOS looks for types that no row has and deletes nothing',
  },
  {
    of: [
      'GET /api/memory/:agentId/memories',
      'GET /api/memory/:agentId/rooms/:roomId/memories',
      'memory.getAgentMemories',
      'memory.getRoomMemories',
      'memory.getAgentInternalMemories',
    ],
    as: 'different',
    what: 'includeEmbedding is taken and includes nothing: a memory has no embedding, as one of ElizaOS that has not been embedded yet',
    why: 'Agents recall what was said last, not what lies near in meaning: nothing is embedded',
  },
  {
    of: ['POST /api/memory/groups/:messageServerId', 'memory.createWorldFromMessageServer'],
    as: 'mended',
    what: 'Without agentIds the active agents that were added to the message server or take part in a channel of it get the room, or all active ones when it has none; 404 when no agent named is active',
    why: "createWorldFromMessageServer of ElizaOS's own client names none and always gets 400",
  },
  {
    of: [
      'DELETE /api/memory/groups/:messageServerId',
      'DELETE /api/memory/groups/:messageServerId/memories',
      'memory.deleteWorld',
      'memory.clearWorldMemories',
    ],
    as: 'mended',
    what: "The id is a message server's or a world's, of all agents",
    why: "ElizaOS takes it for a world id only, though its client sends a message server's",
  },
  {
    of: ['POST /api/messaging/channels/:channelId/generate-title', 'messaging.generateChannelTitle'],
    as: 'mended',
    what: 'An empty answer of the model, and a model that fails or is slow, give a title made of what was said; 503 when no worker answers in time',
    why: 'ElizaOS never answers when its model says nothing, and 500 when it fails',
  },
  {
    of: ['Errors'],
    as: 'different',
    what: 'Every error is {success: false, error: {code, message, details?, requestId}}, never with a stack; 400, 404, 413, 415, 429 and 503 where ElizaOS answers 500',
    why: 'ElizaOS has five shapes, and its own client reads only this one: of the others it loses the text',
  },
  {
    of: ['GET /api/agents/:agentId/logs', 'GET /api/agents/:agentId/runs/:runId', 'agents.getAgentLogs', 'runs.getRun'],
    as: 'different',
    what: 'Only what an agent did in its turns is told: no steps for embeddings, titles and transcriptions',
    why: 'There are no embeddings; titles and transcriptions belong to no turn',
    recordings: {
      'agents.getAgentLogs': [
        'data[useModel:TRANSCRIPTION]: missing',
        'data[useModel:TEXT_SMALL]: missing',
        'data[embedding_event]: missing',
        'data[useModel:TEXT_EMBEDDING]: missing',
      ],
      'runs.getRun': ['data.events[EMBEDDING_EVENT]: missing'],
    },
  },
  {
    of: ['POST /api/messaging/channels', 'messaging.createChannel'],
    as: 'mended',
    what: 'participantCentralUserIds may be left out, where ElizaOS answers 400',
    why: "createChannel of ElizaOS's own client sends none",
    recordings: {
      'messaging.createChannel': ['status: 201 for 400'],
    },
  },
  {
    of: ['GET /api/messaging/channels/:channelId/messages', 'messaging.getChannelMessages'],
    as: 'mended',
    what: 'before and after may be epoch milliseconds or any date; ElizaOS takes an ISO date for the year 1970 and overlooks after',
    why: "ElizaOS's own client and web UI send dates",
  },
  {
    of: [
      'DELETE /api/messaging/channels/:channelId/messages/:messageId',
      'DELETE /api/messaging/channels/:channelId/messages',
      'messaging.deleteMessage',
      'messaging.clearChannelHistory',
      'memory.deleteGroupMemory',
      'memory.clearGroupChat',
    ],
    as: 'mended',
    what: 'What is deleted is gone from the memory of agents too, and what they owe it is cancelled; clearing takes everything',
    why: 'ElizaOS looks for deleted messages under ids that no memory has, and clears the newest 1000',
  },
  {
    of: [
      'POST /api/messaging/channels/:channelId/messages',
      'POST /api/messaging/sessions/:sessionId/messages',
      'sessions.sendMessageSync',
    ],
    as: 'different',
    what: 'Transports http and sse: when the agent chooses to be silent the answer has an empty text, the action IGNORE and no responseId',
    why: 'The caller learns that nothing will come',
  },
  {
    of: ['GET /api/server/debug/servers', 'server.getDebugInfo'],
    as: 'mended',
    what: 'The answer has data as well',
    why: 'The stock client hands only data to its caller',
  },
  {
    of: ['POST /api/system/env/local', 'system.updateLocalEnvironment'],
    as: 'mended',
    what: 'The answer has data as well, a copy of itself',
    why: 'The stock client hands only data to its caller',
  },
  {
    of: ['GET /api/messaging/channels/:channelId/messages', 'messageBroadcast', 'messaging.getChannelMessages'],
    as: 'different',
    what: 'A reply has a thought only when its engine tells one, and ours does not',
    why: 'ElizaOS has its model write one before each reply, which costs tokens and time before the first word',
    recordings: {
      'messaging.getChannelMessages': [
        'data.messages[agent_response].rawMessage.thought: missing',
        'data.messages[agent_response].metadata.thought: missing',
      ],
      'socket-turn': ['messageBroadcast[1].thought: missing'],
    },
  },
  {
    of: ['GET /api/agents/:agentId/plugins/:path', 'agents.getAgentPanels'],
    as: 'different',
    what: 'There are no routes and panels of plugins: 404, and an empty list',
    why: 'A gateway runs no code of agents',
  },
  {
    of: ['ROOM_JOINING', 'SEND_MESSAGE'],
    as: 'different',
    what: 'The names do as event names, beside the numbers; ElizaOS knows only the numbers',
    why: 'Its documents speak of the names',
  },
  {
    of: ['messageError'],
    as: 'different',
    what: 'It has a code, and what it is about (clientMessageId, channelId, details), beside the text',
    why: 'A client with several messages on their way learns which one was refused',
  },
  {
    of: ['messageStreamError', 'messageDeleted'],
    as: 'mended',
    what: 'Sent when a stream ends without its reply; a second attempt takes back the stream of the first with both, and begins another',
    why: 'Clients of ElizaOS listen to messageStreamError, which its server never sends, and append what they hear under a known id',
  },
  {
    of: ['messageComplete'],
    as: 'mended',
    what: 'Sent after each turn, whatever came of it',
    why: 'Clients of ElizaOS listen to it, and its server never sends it',
  },
  {
    of: [
      'POST /api/agents',
      'GET /api/agents/:agentId',
      'PATCH /api/agents/:agentId',
      'agents.getAgent',
      'agents.createAgent',
      'agents.updateAgent',
    ],
    as: 'different',
    what: 'Of secrets only the names are told, with a mask in place of each value; one that comes back masked stays as it is',
    why: 'ElizaOS hands out the encrypted values, and with them those of its whole environment',
  },
  {
    of: ['POST /api/agents', 'agents.createAgent'],
    as: 'different',
    what: 'characterPath is refused with 400',
    why: 'Callers name no files of a server',
  },
  {
    of: ['POST /api/agents/:agentId/start', 'agents.startAgent'],
    as: 'different',
    what: 'An agent that names a plugin which its engine does not have starts, and its answers fail with an error that says so',
    why: 'No packages are loaded at run time',
  },
  {
    of: ['POST /api/messaging/channels/:channelId/messages', 'POST /api/messaging/sessions/:sessionId/messages'],
    as: 'different',
    what: 'Transport sse: an event reset {messageId} when a further attempt begins: what came under that id is taken back',
    why: 'In ElizaOS there are no further attempts',
  },
  {
    of: ['POST /api/media/*', 'POST /api/messaging/channels/:channelId/upload-media', 'media.*'],
    as: 'different',
    what: 'The address in the answer is signed and ends; a file of a type that is not taken is refused with 415, and the type is looked up in the file itself',
    why: 'In ElizaOS whoever guesses an address reads the file, and the type is what the uploader says',
    recordings: { 'media.uploadAgentMedia.badType': ['status: 415 for 500'] },
  },
  {
    of: ['GET /media/*'],
    as: 'different',
    what: 'Who brings no signed address needs a key; files that a browser might run are downloaded',
    why: 'Files belong to a tenant, and an uploaded page is nothing that runs on our origin',
  },
  {
    of: ['GET /media/uploads/channels/:channelId/:file', 'media.uploadChannelMedia'],
    as: 'mended',
    what: 'Files of channels can be read, where ElizaOS always answers 404',
    why: 'It looks for them in another folder than it stores them in',
  },
  {
    of: ['POST /api/audio/:agentId/speech/*', 'audio.generateSpeech'],
    as: 'mended',
    what: 'Agents speak: a text, and their answer to one, come as sound while it is made',
    why: 'In ElizaOS every speech route answers 500, as its call of the model fails on a plain text',
  },
  {
    of: ['POST /api/audio/:agentId/audio-messages/synthesize', 'audio.synthesizeAudioMessage'],
    as: 'mended',
    what: 'With messageId the message of that id is spoken, and answered as JSON with base64; with text as sound',
    why: 'The client of ElizaOS names a message, its server wants a text',
  },
  {
    of: [
      'POST /api/audio/:agentId/speech/conversation',
      'POST /api/audio/:agentId/speech',
      'audio.speechConversation',
      'audio.processSpeech',
    ],
    as: 'mended',
    what: 'A recording is heard, answered in a turn like any other, and the answer is told in words and as base64',
    why: 'The client of ElizaOS sends recordings, its server wants JSON, and the second route it does not have',
  },
  {
    of: ['POST /api/audio/*', 'audio.*'],
    as: 'different',
    what: 'A speech server that fails is told as 502, one that is slow as 504, none at all as 501 AUDIO_NOT_AVAILABLE',
    why: 'ElizaOS answers 500 to each',
  },
];
