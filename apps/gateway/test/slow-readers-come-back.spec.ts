import { DEFAULT_MESSAGE_SERVER_ID, DEFAULT_TENANT_ID, newId } from '@app/contracts';
import { makeChannel, until } from '@app/testing';
import { TestGateway } from './support.js';

/** More than two kernels buffer for a connection on one machine. */
const MESSAGES = 120;
const LETTERS = 'x'.repeat(99_000);

it('ends the connection of a client that does not read, and tells it what it missed when it comes back', async () => {
  const gateway = await TestGateway.start({ SOCKET_BUFFER_KB: '256' });
  try {
    const user = newId();
    const channelId = await makeChannel(gateway.db.database, DEFAULT_TENANT_ID, { participants: [user] });
    const [slow, other] = [await gateway.connect(user), await gateway.connect(user)];
    for (const listener of [slow, other]) await listener.join(channelId);
    const { socket } = slow;
    const line = (socket.io.engine.transport as unknown as { ws: { _socket: { pause(): void; resume(): void } } }).ws
      ._socket;
    line.pause();
    for (let number = 1; number <= MESSAGES; number++) {
      const body = {
        author_id: newId(),
        content: `${number} ${LETTERS}`,
        message_server_id: DEFAULT_MESSAGE_SERVER_ID,
      };
      expect((await gateway.call('POST', `/api/messaging/channels/${channelId}/messages`, body)).status).toBe(201);
    }
    await until('it was let go', () => gateway.logs.some((log) => log.includes('reads too slowly')), { ms: 30_000 });
    line.resume();
    await until('it noticed', () => !socket.connected);
    socket.connect();
    await slow.next('connection_established', ({ socketId }) => socketId === socket.id);
    const numbers = (): Set<number> =>
      new Set(slow.all('messageBroadcast').map(({ text }) => Number.parseInt(text as string, 10)));
    await until('it heard all of it', () => numbers().size === MESSAGES, { ms: 30_000 });
    expect(socket.recovered).toBe(true);
    expect(other.socket.connected).toBe(true);
    expect(other.all('messageBroadcast')).toHaveLength(MESSAGES);
    expect(other.all('disconnect')).toEqual([]);
  } finally {
    await gateway.close();
  }
}, 120_000);
