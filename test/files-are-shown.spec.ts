import { DEFAULT_MESSAGE_SERVER_ID, newId, SOCKET_MESSAGE_TYPE, type MessageBroadcast } from '@app/contracts';
import { Cluster, makeChannel, until } from '@app/testing';
import { io, type Socket } from 'socket.io-client';

const KEY = 'the-key-of-this-installation';
const DOT = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

let cluster: Cluster;
let socket: Socket;
const heard: MessageBroadcast[] = [];

beforeAll(async () => {
  const keys = { ELIZA_SERVER_AUTH_TOKEN: KEY, SERVER_API_KEY: KEY };
  cluster = await Cluster.start({ gateways: 2, workers: 1, media: true, env: { MODEL_PROVIDER: 'scripted', ...keys } });
  socket = io(cluster.url(2), { auth: { entityId: newId(), apiKey: KEY }, transports: ['websocket'] });
  socket.on('messageBroadcast', (message: MessageBroadcast) => heard.push(message));
  await new Promise((resolve) => socket.once('connect', () => resolve(undefined)));
}, 60_000);
afterAll(async () => {
  socket?.disconnect();
  await cluster?.close();
});

interface Attached {
  attachments: { url: string }[];
}

async function call(gateway: number, path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(cluster.url(gateway) + path, { ...init, headers: { 'x-api-key': KEY, ...init.headers } });
}

async function uploaded(channelId: string): Promise<string> {
  const form = new FormData();
  form.append('file', new Blob([new Uint8Array(DOT)], { type: 'image/png' }), 'dot.png');
  const answer = await call(1, `/api/messaging/channels/${channelId}/upload-media`, { method: 'POST', body: form });
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { data: { url: string } }).data.url;
}

it('shows a picture to whoever hears of it, without a key, and stores no signature', async () => {
  const channelId = await makeChannel(cluster.database, cluster.tenantId);
  const joining = { channelId, entityId: newId(), messageServerId: DEFAULT_MESSAGE_SERVER_ID };
  socket.emit('message', { type: SOCKET_MESSAGE_TYPE.ROOM_JOINING, payload: joining });
  await new Promise((resolve) => socket.once('channel_joined', () => resolve(undefined)));

  const url = await uploaded(channelId);
  const path = url.split('?')[0]!;
  const payload = {
    channelId,
    messageServerId: DEFAULT_MESSAGE_SERVER_ID,
    senderId: newId(),
    message: 'Look',
    attachments: [{ id: newId(), url, contentType: 'image' }],
  };
  const sender = io(cluster.url(1), { auth: { entityId: payload.senderId, apiKey: KEY }, transports: ['websocket'] });
  sender.emit('message', { type: SOCKET_MESSAGE_TYPE.SEND_MESSAGE, payload });
  const message = await until('the other gateway’s listener hears of it', () => heard.at(-1));
  sender.disconnect();

  const [told] = message.attachments as unknown as Attached['attachments'];
  const listed = (await (await call(1, `/api/messaging/channels/${channelId}/messages`)).json()) as {
    data: { messages: { metadata: Attached }[] };
  };
  const inList = listed.data.messages[0]!.metadata.attachments[0]!.url;
  expect(inList.startsWith(`${path}?sig=`)).toBe(true);
  for (const shown of [told!.url, inList]) {
    const picture = await fetch(cluster.url(2) + shown);
    expect(Buffer.from(await picture.arrayBuffer())).toEqual(DOT);
    expect(picture.headers.get('content-type')).toBe('image/png');
  }
  expect((await fetch(cluster.url(1) + path)).status).toBe(401);
  expect((await fetch(`${cluster.url(1)}${told!.url.slice(0, -2)}AA`)).status).toBe(403);

  const [stored] = await cluster.sql<{ text: string }>(
    'select metadata::text || coalesce(raw_message::text, $1) as text from messages',
    [''],
  );
  expect(stored!.text).toContain(`"${path}"`);
  expect(stored!.text).not.toContain('sig=');
});

it('keeps chatting while files cannot be had', async () => {
  await cluster.media!.kill();
  const channelId = await makeChannel(cluster.database, cluster.tenantId);
  const answer = await call(1, `/api/messaging/channels/${channelId}/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ author_id: newId(), content: 'Still there?', message_server_id: DEFAULT_MESSAGE_SERVER_ID }),
  });
  expect(answer.status).toBe(201);
  const file = await call(1, `/media/uploads/channels/${channelId}/1-2.png`);
  expect(file.status).toBe(503);
  expect(file.headers.get('retry-after')).not.toBeNull();
  await cluster.media!.start();
});

it('lets nobody in whom a gateway would not, where no keys are set', async () => {
  const open = await Cluster.start({ gateways: 1, workers: 0, media: true });
  try {
    const upload = (headers: Record<string, string>): Promise<Response> => {
      const body = new FormData();
      body.append('file', new Blob([new Uint8Array(DOT)], { type: 'image/png' }), 'dot.png');
      return fetch(`${open.url(1)}/api/media/agents/${newId()}/upload-media`, { method: 'POST', body, headers });
    };
    expect((await upload({ 'x-forwarded-for': '203.0.113.9' })).status).toBe(401);
    expect((await upload({ 'x-forwarded-for': '203.0.113.9, 127.0.0.1' })).status).toBe(401);
    expect((await upload({ 'x-forwarded-host': 'chat.example.com' })).status).toBe(401);
    expect((await upload({})).status).toBe(200);
  } finally {
    await open.close();
  }
}, 60_000);
