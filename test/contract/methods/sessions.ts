import { newId } from '@app/contracts';
import { until } from '@app/testing';
import { NUMBER, TEXT, type Methods } from '../world.js';

const SESSION = '/api/messaging/sessions/:sessionId';

export const sessions: Methods = {
  checkHealth: {
    route: 'GET /api/messaging/sessions/health',
    async call({ client }) {
      const health = {
        status: 'healthy',
        activeSessions: NUMBER,
        timestamp: TEXT,
        expiringSoon: NUMBER,
        uptime: NUMBER,
      };
      expect(await client.sessions.checkHealth()).toMatchObject(health);
    },
  },
  createSession: {
    route: 'POST /api/messaging/sessions',
    async call({ client, agent, user }) {
      const made = await client.sessions.createSession({ agentId: agent, userId: user, metadata: { a: 1 } });
      expect(made).toMatchObject({ sessionId: TEXT, channelId: TEXT, agentId: agent, userId: user, expiresAt: TEXT });
      const unknown = client.sessions.createSession({ agentId: newId(), userId: user });
      await expect(unknown).rejects.toMatchObject({ code: 'AGENT_NOT_FOUND', status: 404, message: TEXT });
    },
  },
  getSession: {
    route: `GET ${SESSION}`,
    async call({ client, agent, user }) {
      const { sessionId } = await client.sessions.createSession({ agentId: agent, userId: user });
      const info = await client.sessions.getSession(sessionId);
      expect(info).toMatchObject({ sessionId, renewalCount: 0, timeRemaining: NUMBER, isNearExpiration: false });
    },
  },
  sendMessage: {
    route: `POST ${SESSION}/messages`,
    async call({ client, agent, user }) {
      const { sessionId } = await client.sessions.createSession({ agentId: agent, userId: user });
      const sent = await client.sessions.sendMessage(sessionId, { content: 'Hello' });
      expect(sent).toMatchObject({
        success: true,
        userMessage: { content: 'Hello' },
        sessionStatus: { renewalCount: 1 },
      });
      await until('the answer was there', async () => {
        const { messages } = await client.sessions.getMessages(sessionId);
        return messages.length === 2;
      });
    },
  },
  sendMessageSync: {
    route: `POST ${SESSION}/messages`,
    async call({ client, agent, user }) {
      const { sessionId } = await client.sessions.createSession({ agentId: agent, userId: user });
      const sent = await client.sessions.sendMessageSync(sessionId, { content: 'Hello' });
      expect(sent).toMatchObject({ agentResponse: { text: 'echo: Hello' }, sessionStatus: { wasRenewed: true } });
    },
  },
  getMessages: {
    route: `GET ${SESSION}/messages`,
    async call({ client, agent, user }) {
      const { sessionId } = await client.sessions.createSession({ agentId: agent, userId: user });
      for (const content of ['One', 'Two']) await client.sessions.sendMessageSync(sessionId, { content });
      const { messages, hasMore, cursors } = await client.sessions.getMessages(sessionId, { limit: 2 });
      expect(messages).toMatchObject([
        { content: 'echo: Two', isAgent: true, authorId: agent },
        { content: 'Two', isAgent: false, authorId: user },
      ]);
      expect(hasMore).toBe(true);
      const earlier = await client.sessions.getMessages(sessionId, { before: new Date(cursors.before) });
      expect(earlier).toMatchObject({ messages: [{ content: 'echo: One' }, { content: 'One' }], hasMore: false });
    },
  },
  deleteSession: {
    route: `DELETE ${SESSION}`,
    async call({ client, agent, user }) {
      const { sessionId } = await client.sessions.createSession({ agentId: agent, userId: user });
      expect(await client.sessions.deleteSession(sessionId)).toEqual({ success: true, message: TEXT });
      await expect(client.sessions.getSession(sessionId)).rejects.toMatchObject({ code: 'SESSION_NOT_FOUND' });
    },
  },
  listSessions: {
    route: 'GET /api/messaging/sessions',
    async call({ client, agent, user }) {
      const { sessionId } = await client.sessions.createSession({ agentId: agent, userId: user });
      const { sessions, total, stats } = await client.sessions.listSessions();
      expect(sessions).toContainEqual(expect.objectContaining({ sessionId, agentId: agent }));
      expect(stats).toMatchObject({ totalSessions: NUMBER, activeSessions: total, expiredSessions: NUMBER });
    },
  },
};
