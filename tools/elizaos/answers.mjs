const NIL = '00000000-0000-0000-0000-000000000000';

/** What a client reads of an installation, as paths. */
export function readings(ids) {
  const { alice, ada, bert, cora, branch } = ids;
  const channels = [ids.direct, ids.group, ids.outside, ids.empty, ids.cleared, ids.session];
  return [
    '/api/agents',
    ...[ada, bert, cora].map((agent) => `/api/agents/${agent}`),
    '/api/messaging/message-servers',
    ...[NIL, branch].map((server) => `/api/messaging/message-servers/${server}/channels`),
    `/api/messaging/message-servers/${NIL}/agents`,
    `/api/messaging/agents/${ada}/message-servers`,
    `/api/messaging/dm-channel?currentUserId=${alice}&targetUserId=${ada}&dmServerId=${NIL}`,
    ...channels.flatMap((channel) => [
      `/api/messaging/channels/${channel}/details`,
      `/api/messaging/channels/${channel}/participants`,
      `/api/messaging/channels/${channel}/messages?limit=50`,
    ]),
    `/api/messaging/channels/${ids.outside}/messages?limit=10`,
    ...['messages', 'facts', 'documents', 'knowledge'].map((type) => `/api/memory/${ada}/memories?tableName=${type}`),
    `/api/memory/${ada}/memories?channelId=${ids.direct}`,
    `/api/memory/${ada}/rooms`,
    `/api/memory/${ada}/rooms/${ids.den}`,
  ];
}

/** What a server answers to them. */
export async function answersOf(address, paths) {
  const answers = [];
  for (const path of paths) {
    const answer = await fetch(`${address}${path}`);
    answers.push({ path, status: answer.status, body: await answer.json() });
  }
  return answers;
}
