import { DEFAULT_MESSAGE_SERVER_ID, newId, type Uuid } from '@app/contracts';
import { until } from '@app/testing';
import type { ElizaClient } from '@elizaos/api-client';
import type { Fleet } from './fleet.js';

/** What every recording says, in the ears of the speech server beside. */
export const SPOKEN = 'How are you?';

/** A question and its answer, both stored. */
export interface Said {
  messageId: Uuid;
  replyId: Uuid;
}

/** What calls need to begin with: somebody, agents, channels, things that were said. */
export class World {
  readonly user = newId();
  /** An agent that is always there. */
  agent: Uuid;

  private constructor(readonly fleet: Fleet) {}

  static async make(fleet: Fleet): Promise<World> {
    const world = new World(fleet);
    world.agent = await world.newAgent();
    return world;
  }

  get client(): ElizaClient {
    return this.fleet.client;
  }

  async newAgent({ active = true }: { active?: boolean } = {}): Promise<Uuid> {
    const name = `Agent ${newId().slice(-12)}`;
    const { id } = await this.client.agents.createAgent({ agent: { name, bio: ['Somebody'], plugins: [] } });
    if (active) await this.client.agents.startAgent(id);
    return id as Uuid;
  }

  /** A direct channel of the user and an agent. */
  async channel(participants: Uuid[] = [this.user, this.agent], type = 'DM'): Promise<Uuid> {
    const { id } = await this.client.messaging.createGroupChannel({
      name: 'Channel',
      participantIds: participants,
      metadata: { type },
    });
    return id as Uuid;
  }

  /** Says something and waits for the answer. */
  async say(channelId: Uuid, content = 'Hello'): Promise<Said> {
    const { body } = await this.post(channelId, { content, transport: 'http' });
    return { messageId: body.userMessage.id, replyId: body.agentResponse.responseId };
  }

  /** Says something in ElizaOS's bare way. */
  async post(channelId: Uuid, more: Record<string, unknown>): ReturnType<Fleet['call']> {
    const body = { author_id: this.user, content: 'Hello', message_server_id: DEFAULT_MESSAGE_SERVER_ID, ...more };
    return this.fleet.call('POST', `/api/messaging/channels/${channelId}/messages`, body);
  }

  /** The texts of a channel, newest first. */
  async texts(channelId: Uuid, params: Record<string, unknown> = {}): Promise<string[]> {
    const { messages } = await this.client.messaging.getChannelMessages(channelId, params);
    return (messages as { content: string }[]).map(({ content }) => content);
  }

  /** A turn of the agent in a channel of its own, with all that is kept of it. */
  async turn(): Promise<Said & { channelId: Uuid; runId: Uuid }> {
    const channelId = await this.channel();
    const said = await this.say(channelId);
    const run = await until('the run was told', async () => {
      const { runs } = await this.client.runs.listRuns(this.agent, { limit: 100 });
      return (runs as { runId: Uuid; messageId: Uuid; status: string }[]).find(
        ({ messageId, status }) => messageId === said.messageId && status === 'completed',
      );
    });
    return { ...said, channelId, runId: run.runId };
  }
}

/** A call of a method of ElizaOS's client, or of a route that no method calls. */
export type Call = (world: World) => Promise<void>;

/** A method of ElizaOS's client. */
export interface Method {
  /** The route it calls; none when it calls none. */
  route?: string;
  call: Call;
}

/** The methods of a service of ElizaOS's client, each called for real. */
export type Methods = Record<string, Method>;

/** Any text. */
export const TEXT = expect.any(String) as string;

/** Any number. */
export const NUMBER = expect.any(Number) as number;
