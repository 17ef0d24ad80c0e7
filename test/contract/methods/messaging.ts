import { DEFAULT_MESSAGE_SERVER_ID, newId } from '@app/contracts';
import { TEXT, type Methods } from '../world.js';

const CHANNEL = '/api/messaging/channels/:channelId';

export const messaging: Methods = {
  submitMessage: {
    route: 'POST /api/messaging/submit',
    async call(world) {
      const channelId = await world.channel();
      const given = { agentId: world.agent, channelId, content: 'From an agent elsewhere' };
      const row = await world.client.messaging.submitMessage(given);
      expect(row).toMatchObject({ id: TEXT, channelId, authorId: world.agent, content: given.content });
      expect(await world.texts(channelId)).toEqual([given.content]);
    },
  },
  completeMessage: {
    route: 'POST /api/messaging/complete',
    async call(world) {
      const { messageId } = await world.say(await world.channel());
      const done = await world.client.messaging.completeMessage({ messageId, status: 'completed' });
      expect(done).toEqual({ success: true });
    },
  },
  ingestExternalMessages: {
    route: 'POST /api/messaging/ingest-external',
    async call(world) {
      const channelId = await world.channel([world.user]);
      const messages = ['One', 'Two'].map((content, index) => ({
        ...{ id: `m${index}`, authorId: 'somebody@elsewhere', content, timestamp: 1_000 + index },
      }));
      const taken = await world.client.messaging.ingestExternalMessages({ platform: 'elsewhere', channelId, messages });
      expect(taken).toMatchObject({ messageId: TEXT });
      expect(await world.texts(channelId)).toEqual(['Two', 'One']);
    },
  },
  createChannel: {
    route: 'POST /api/messaging/channels',
    async call({ client }) {
      const made = await client.messaging.createChannel({ name: 'Bare', type: 'GROUP', metadata: { a: 1 } });
      expect(made).toMatchObject({ id: TEXT, name: 'Bare', type: 'GROUP', metadata: { a: 1 } });
      expect(made.messageServerId).toBe(DEFAULT_MESSAGE_SERVER_ID);
    },
  },
  createGroupChannel: {
    route: 'POST /api/messaging/channels',
    async call({ client, agent, user }) {
      const metadata = { type: 'GROUP', message_server_id: DEFAULT_MESSAGE_SERVER_ID, source: 'test' };
      const made = await client.messaging.createGroupChannel({ name: 'Us', participantIds: [user, agent], metadata });
      expect(made).toMatchObject({ id: TEXT, name: 'Us', type: 'GROUP', metadata: { source: 'test' } });
      expect(await client.messaging.getChannelParticipants(made.id)).toEqual([user, agent]);
    },
  },
  getOrCreateDmChannel: {
    route: 'GET /api/messaging/dm-channel',
    async call({ client, agent, user }) {
      const made = await client.messaging.getOrCreateDmChannel({ participantIds: [user, agent] });
      expect(made).toMatchObject({ id: TEXT, type: 'DM', name: `DM-${[user, agent].sort().join('-')}` });
      expect(await client.messaging.getOrCreateDmChannel({ participantIds: [agent, user] })).toEqual(made);
      const self = client.messaging.getOrCreateDmChannel({ participantIds: [user, user] });
      await expect(self).rejects.toMatchObject({ status: 400, message: TEXT });
    },
  },
  getChannelDetails: {
    route: `GET ${CHANNEL}/details`,
    async call(world) {
      const id = await world.channel();
      const details = await world.client.messaging.getChannelDetails(id);
      expect(details).toMatchObject({ id, name: 'Channel', type: 'DM', createdAt: TEXT, updatedAt: TEXT });
      await expect(world.client.messaging.getChannelDetails(newId())).rejects.toMatchObject({
        status: 404,
        message: 'Channel not found',
      });
    },
  },
  getChannelParticipants: {
    route: `GET ${CHANNEL}/participants`,
    async call(world) {
      const id = await world.channel();
      expect(await world.client.messaging.getChannelParticipants(id)).toEqual([world.user, world.agent]);
      expect(await world.client.messaging.getChannelParticipants(newId())).toEqual([]);
    },
  },
  addAgentToChannel: {
    route: `POST ${CHANNEL}/agents`,
    async call(world) {
      const channelId = await world.channel([world.user], 'GROUP');
      const added = await world.client.messaging.addAgentToChannel(channelId, world.agent);
      expect(added).toEqual({ channelId, agentId: world.agent, message: TEXT });
      expect(await world.client.messaging.getChannelParticipants(channelId)).toEqual([world.user, world.agent]);
    },
  },
  removeAgentFromChannel: {
    route: `DELETE ${CHANNEL}/agents/:agentId`,
    async call(world) {
      const channelId = await world.channel();
      const removed = await world.client.messaging.removeAgentFromChannel(channelId, world.agent);
      expect(removed).toEqual({ channelId, agentId: world.agent, message: TEXT });
      expect(await world.client.messaging.getChannelParticipants(channelId)).toEqual([world.user]);
    },
  },
  deleteChannel: {
    route: `DELETE ${CHANNEL}`,
    async call(world) {
      const id = await world.channel();
      await world.say(id);
      expect(await world.client.messaging.deleteChannel(id)).toEqual({ success: true });
      await expect(world.client.messaging.getChannelDetails(id)).rejects.toMatchObject({ status: 404 });
    },
  },
  clearChannelHistory: {
    route: `DELETE ${CHANNEL}/messages`,
    async call(world) {
      const id = await world.channel();
      await world.say(id);
      expect(await world.client.messaging.clearChannelHistory(id)).toEqual({ success: true });
      expect(await world.texts(id)).toEqual([]);
    },
  },
  postMessage: {
    route: `POST ${CHANNEL}/messages`,
    async call(world) {
      const id = await world.channel();
      await world.client.messaging.postMessage(id, 'Nobody in particular says this', { a: 1 });
      expect(await world.texts(id)).toContain('Nobody in particular says this');
    },
  },
  getChannelMessages: {
    route: `GET ${CHANNEL}/messages`,
    async call(world) {
      const id = await world.channel();
      for (const text of ['One', 'Two', 'Three']) await world.say(id, text);
      expect(await world.texts(id, { limit: 2 })).toEqual(['echo: Three', 'Three']);
      const { messages } = await world.client.messaging.getChannelMessages(id, {});
      const [, second] = messages.filter(({ authorId }: { authorId: string }) => authorId === world.user);
      expect(second).toMatchObject({ channelId: id, content: 'Two', createdAt: TEXT, sourceType: 'eliza_gui' });
      const earlier = ['echo: One', 'One'];
      for (const before of [second.createdAt, second.created_at]) {
        expect(await world.texts(id, { before })).toEqual(earlier);
      }
      // Of a Date the client sends no more than whole seconds.
      expect(await world.texts(id, { before: new Date(Date.now() + 5_000), limit: 1 })).toEqual(['echo: Three']);
      expect(await world.texts(id, { after: second.createdAt })).toEqual(['echo: Three', 'Three', 'echo: Two']);
    },
  },
  getMessage: {
    route: 'GET /api/messaging/messages/:messageId',
    async call(world) {
      const channelId = await world.channel();
      const { messageId } = await world.say(channelId, 'To be found');
      const found = await world.client.messaging.getMessage(messageId);
      expect(found).toMatchObject({ id: messageId, channelId, content: 'To be found', authorId: world.user });
    },
  },
  deleteMessage: {
    route: `DELETE ${CHANNEL}/messages/:messageId`,
    async call(world) {
      const channelId = await world.channel();
      const { messageId } = await world.say(channelId, 'To be deleted');
      expect(await world.client.messaging.deleteMessage(channelId, messageId)).toEqual({ success: true });
      expect(await world.texts(channelId)).toEqual(['echo: To be deleted']);
      const { memories } = await world.client.memory.getRoomMemories(world.agent, channelId);
      expect(memories).toHaveLength(1);
    },
  },
  updateMessage: {
    route: 'PATCH /api/messaging/messages/:messageId',
    async call(world) {
      const channelId = await world.channel();
      const { messageId } = await world.say(channelId, 'Wrong');
      const edited = await world.client.messaging.updateMessage(messageId, 'Right');
      expect(edited).toMatchObject({ id: messageId, content: 'Right' });
      expect(await world.texts(channelId)).toEqual(['echo: Wrong', 'Right']);
    },
  },
  searchMessages: {
    route: 'POST /api/messaging/messages/search',
    async call(world) {
      const channelId = await world.channel();
      const word = `word${newId().slice(-8)}`;
      const { messageId } = await world.say(channelId, `Somewhere is ${word}`);
      const found = await world.client.messaging.searchMessages({ query: word, authorId: world.user });
      expect(found).toMatchObject({ messages: [{ id: messageId, channelId }] });
    },
  },
  getCurrentMessageServer: {
    route: 'GET /api/messaging/message-server/current',
    async call({ client }) {
      expect(await client.messaging.getCurrentMessageServer()).toEqual({ messageServerId: DEFAULT_MESSAGE_SERVER_ID });
    },
  },
  listMessageServers: {
    route: 'GET /api/messaging/message-servers',
    async call({ client }) {
      const { messageServers } = await client.messaging.listMessageServers();
      const entry = { id: DEFAULT_MESSAGE_SERVER_ID, name: 'Default Server', sourceType: 'eliza_default' };
      expect(messageServers).toContainEqual(expect.objectContaining(entry));
    },
  },
  getMessageServerChannels: {
    route: 'GET /api/messaging/message-servers/:serverId/channels',
    async call(world) {
      const id = await world.channel();
      const { channels } = await world.client.messaging.getMessageServerChannels(DEFAULT_MESSAGE_SERVER_ID);
      expect(channels).toContainEqual(expect.objectContaining({ id, name: 'Channel', type: 'DM' }));
    },
  },
  createMessageServer: {
    route: 'POST /api/messaging/message-servers',
    async call({ client }) {
      const { server } = await client.messaging.createMessageServer({ name: 'New', sourceType: 'test' });
      expect(server).toMatchObject({ id: TEXT, name: 'New', sourceType: 'test', createdAt: TEXT });
    },
  },
  syncMessageServerChannels: {
    route: 'POST /api/messaging/message-servers/:serverId/sync-channels',
    async call({ client }) {
      const { server } = await client.messaging.createMessageServer({ name: 'Synced', sourceType: 'test' });
      const channels = [{ name: 'general', type: 'GROUP', sourceId: 'c1' }];
      await client.messaging.syncMessageServerChannels(server.id, { channels });
      await client.messaging.syncMessageServerChannels(server.id, { channels });
      const found = await client.messaging.getMessageServerChannels(server.id);
      expect(found.channels).toMatchObject([{ name: 'general', type: 'GROUP' }]);
    },
  },
  deleteMessageServer: {
    route: 'DELETE /api/messaging/message-servers/:serverId',
    async call({ client }) {
      const { server } = await client.messaging.createMessageServer({ name: 'Passing', sourceType: 'test' });
      await client.messaging.deleteMessageServer(server.id);
      const { messageServers } = await client.messaging.listMessageServers();
      expect(messageServers).not.toContainEqual(expect.objectContaining({ id: server.id }));
    },
  },
  updateChannel: {
    route: `PATCH ${CHANNEL}`,
    async call(world) {
      const id = await world.channel();
      const updated = await world.client.messaging.updateChannel(id, {
        name: 'Renamed',
        participantCentralUserIds: [world.user],
        metadata: { a: 1 },
      });
      expect(updated).toMatchObject({ id, name: 'Renamed', metadata: { a: 1 } });
      expect(await world.client.messaging.getChannelParticipants(id)).toEqual([world.user]);
    },
  },
  generateChannelTitle: {
    route: `POST ${CHANNEL}/generate-title`,
    async call(world) {
      const channelId = await world.channel();
      await world.say(channelId, 'Tell me of the sea');
      const tooFew = await world.client.messaging.generateChannelTitle(channelId, world.agent);
      expect(tooFew).toMatchObject({ title: null, channelId, reason: TEXT });
      await world.say(channelId, 'And of ships');
      const { title } = await world.client.messaging.generateChannelTitle(channelId, world.agent);
      expect(title).toEqual(TEXT);
      expect(title.length).toBeGreaterThan(2);
    },
  },
  addUserToChannel: {
    route: `PATCH ${CHANNEL}`,
    async call(world) {
      const id = await world.channel();
      const guest = newId();
      await world.client.messaging.addUserToChannel(id, guest);
      expect(await world.client.messaging.getChannelParticipants(id)).toEqual([world.user, world.agent, guest]);
    },
  },
  addUsersToChannel: {
    route: `PATCH ${CHANNEL}`,
    async call(world) {
      const id = await world.channel();
      const guests = [newId(), newId()].sort();
      await world.client.messaging.addUsersToChannel(id, guests);
      const all = await world.client.messaging.getChannelParticipants(id);
      expect([...all].sort()).toEqual([world.user, world.agent, ...guests].sort());
    },
  },
  removeUserFromChannel: {
    route: `PATCH ${CHANNEL}`,
    async call(world) {
      const guest = newId();
      const id = await world.channel([world.user, world.agent, guest], 'GROUP');
      await world.client.messaging.removeUserFromChannel(id, guest);
      expect(await world.client.messaging.getChannelParticipants(id)).toEqual([world.user, world.agent]);
    },
  },
};
