import { dot } from '../dot.js';
import { TEXT, type Methods } from '../world.js';

export const media: Methods = {
  uploadAgentMedia: {
    route: 'POST /api/media/agents/:agentId/upload-media',
    async call({ client, agent, fleet }) {
      const stored = await client.media.uploadAgentMedia(agent, { file: dot(), filename: 'dot.png' });
      expect(stored).toMatchObject({ type: 'image', filename: TEXT, originalName: 'dot.png', size: dot().size });
      expect(stored.url).toContain(`/media/uploads/agents/${agent}/${stored.filename}`);
      const { status, headers } = await fleet.call('GET', stored.url);
      expect([status, headers.get('content-type')]).toEqual([200, 'image/png']);
    },
  },
  uploadChannelMedia: {
    route: 'POST /api/messaging/channels/:channelId/upload-media',
    async call(world) {
      const channelId = await world.channel();
      const stored = await world.client.media.uploadChannelMedia(channelId, dot());
      expect(stored).toMatchObject({ type: 'image/png', originalName: 'dot.png', size: dot().size });
      expect(stored.url).toContain(`/media/uploads/channels/${channelId}/${stored.filename}`);
      const { status, headers } = await world.fleet.call('GET', stored.url);
      expect([status, headers.get('content-type')]).toEqual([200, 'image/png']);
    },
  },
};
