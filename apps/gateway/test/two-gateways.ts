import { DEFAULT_MESSAGE_SERVER_ID, newId, type Uuid } from '@app/contracts';
import { built, FleetProcess, freePort, setting } from '@app/testing';
import { ElizaClient } from '@elizaos/api-client';
import { TestGateway, type Reply } from './support.js';

/** Two gateways in this process over the same stores, and a built worker with the scripted model. */
export class TwoGateways {
  private turn = 0;

  private constructor(
    readonly gateways: [TestGateway, TestGateway],
    readonly worker: FleetProcess,
  ) {}

  static async start(): Promise<TwoGateways> {
    const first = await TestGateway.start();
    const second = await TestGateway.start({}, first);
    const worker = new FleetProcess({
      name: 'worker',
      program: built('apps/agent-worker/src/main.js'),
      ready: 'The worker takes turns',
      env: {
        PATH: process.env['PATH'],
        NODE_ENV: 'test',
        DATABASE_URL: first.db.config.url,
        REDIS_URL: setting('TEST_REDIS_URL'),
        REDIS_PREFIX: first.redisPrefix,
        ENCRYPTION_KEY: setting('TEST_ENCRYPTION_KEY'),
        MODEL_PROVIDER: 'scripted',
        SWEEP_INTERVAL_MS: '100',
        TURN_RETRY_MS: '20',
        WORKER_PORT: String(await freePort()),
      },
    });
    await worker.start();
    return new TwoGateways([first, second], worker);
  }

  async close(): Promise<void> {
    await this.worker.kill();
    await this.gateways[1].close();
    await this.gateways[0].close();
  }

  /** The unmodified client of ElizaOS, at one gateway and the other by turns. */
  get client(): ElizaClient {
    return ElizaClient.create({ baseUrl: this.next().url });
  }

  /** A bare call, at one gateway and the other by turns. */
  call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> {
    return this.next().call(method, path, body, headers);
  }

  /** An active agent whose log holds what its model was asked. */
  async agent(name: string): Promise<Uuid> {
    const { id } = await this.client.agents.createAgent({ agent: { name, settings: { LOG_PROMPTS: true } } });
    await this.client.agents.startAgent(id);
    return id as Uuid;
  }

  /** A direct channel of these. */
  async channel(participants: Uuid[]): Promise<Uuid> {
    const { body } = await this.call('POST', '/api/messaging/channels', {
      ...{ name: 'Channel', message_server_id: DEFAULT_MESSAGE_SERVER_ID, type: 'DM' },
      participantCentralUserIds: participants,
    });
    return body.data.id as Uuid;
  }

  /** Says something and waits until it was answered. Answers the message's id. */
  async say(channelId: Uuid, author: Uuid, content: string): Promise<Uuid> {
    const posted = await this.call('POST', `/api/messaging/channels/${channelId}/messages`, {
      ...{ author_id: author, content, message_server_id: DEFAULT_MESSAGE_SERVER_ID },
    });
    const id = posted.body.userMessage.id as Uuid;
    for (let tries = 0; tries < 400; tries++) {
      const open = await this.gateways[0].db.asSuperuser(
        `select from turns where message_id = $1 and state in ('waiting', 'released', 'running')`,
        [id],
      );
      if (open.length === 0) return id;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error(`Nobody answered: ${content}`);
  }

  /** What the agent's model was last asked. */
  async lastPrompt(agentId: Uuid): Promise<string> {
    const [step] = await this.client.agents.getAgentLogs(agentId, { type: 'useModel:TEXT_LARGE', limit: 1 });
    return step.body.prompt as string;
  }

  private next(): TestGateway {
    return this.gateways[this.turn++ % 2]!;
  }
}

/** Somebody who speaks to agents. */
export const somebody = (): Uuid => newId();
