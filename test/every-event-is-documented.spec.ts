import { newId, serverEvents } from '@app/contracts';
import { Cluster, doorsOf, FleetClient, makeAgent, makeChannel, until } from '@app/testing';
import { TestGateway } from '../apps/gateway/test/support.js';
import { ApiDocument } from './api/api-document.js';

let cluster: Cluster;
let api: ApiDocument;
beforeAll(async () => {
  cluster = await Cluster.start({ gateways: 1, workers: 1 });
  api = await ApiDocument.of(cluster.url(1));
}, 60_000);
afterAll(() => cluster?.close());

it('names every event that sockets may send, and no other', async () => {
  const gateway = await TestGateway.start();
  const heard = doorsOf(gateway.application).flatMap(({ name }) => /^socket (.+)/.exec(name)?.[1] ?? []);
  await gateway.close();
  expect(Object.keys(api.document['x-socket-events'].client).sort()).toEqual(heard.sort());
  expect(heard.length).toBeGreaterThan(5);
});

it('says of each event what it is about and what it carries', () => {
  const { client, server } = api.document['x-socket-events'];
  expect(Object.keys(server).sort()).toEqual(Object.keys(serverEvents).sort());
  for (const [name, { description, payload }] of Object.entries<{ description: string; payload?: object }>({
    ...client,
    ...server,
  })) {
    expect([name, description.length > 10]).toEqual([name, true]);
    if (!/^(un)?subscribe_logs$/.test(name)) expect([name, payload]).toEqual([name, { $ref: expect.any(String) }]);
  }
  expect(api.document.components.schemas.SendPayload).toMatchObject({
    required: expect.arrayContaining(['messageServerId', 'senderId', 'message']),
    properties: { message: { type: 'string', maxLength: 100_000 }, senderId: { format: 'uuid' } },
  });
});

it('says what sockets really hear', async () => {
  const agent = await makeAgent(cluster.database, cluster.tenantId, 'Ada');
  const socket = await FleetClient.connect(cluster.url(1));
  const channelId = await makeChannel(cluster.database, cluster.tenantId, { participants: [socket.entityId, agent] });
  await socket.join(channelId);
  socket.socket.emit('subscribe_logs');
  socket.socket.emit('update_log_filters', { level: 'error' });
  await socket.send(channelId, 'Good day');
  await until('it was answered', () => socket.all('messageComplete').length > 0);
  const change = (method: string, path: string, body?: object): Promise<Response> =>
    fetch(`${cluster.url(1)}/api/messaging/channels/${channelId}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
    });
  await change('PATCH', '', { name: 'Tea' });
  await change('DELETE', `/messages/${socket.all('messageBroadcast')[0]!.id}`);
  await change('DELETE', '/messages');
  socket.socket.emit('SEND_MESSAGE', { channelId, message: 'x', senderId: newId() });
  await change('DELETE', '');
  await until('it is gone', () => socket.all('channelDeleted').length > 0 && socket.all('messageError').length > 0);

  const faults = socket.heard.flatMap(({ event, payload }) => api.faultsOfEvent(event, payload));
  expect(faults).toEqual([]);
  expect(new Set(socket.heard.map(({ event }) => event)).size).toBeGreaterThan(12);
  socket.close();
}, 30_000);
