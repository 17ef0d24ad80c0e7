import type { JsonObject } from '@app/contracts';
import type { Database } from '@app/persistence';
import type { MeteredPort, ModelUse } from '../models/metered-port.js';
import type { Usage } from '../models/model.js';
import type { Models } from '../models/models.js';
import {
  TurnFault,
  type AgentEngine,
  type ChannelMessage,
  type TurnHost,
  type TurnInput,
  type TurnOutcome,
} from './engine.js';
import { channelMessage } from './turn-input.js';
import type { ReplyStream } from './reply-stream.js';

/** What an attempt is run with. */
export interface RunMeans {
  signal: AbortSignal;
  stream: ReplyStream;
  /** Rises with what models cost. */
  usage: Usage;
  /** Grows with each use of a model. */
  uses: ModelUse[];
}

/**
 * Runs one attempt of one agent's turn through its engine. Knows no queue and no socket, and writes nothing but the
 * journal of side effects.
 */
export class TurnRunner {
  constructor(
    private readonly engine: AgentEngine,
    private readonly models: Models,
    private readonly database: Database,
  ) {}

  /**
   * Answers the turn, and notes in `usage` and `uses` what its models did, also when it fails.
   *
   * @throws TurnFault; anything else is our bug
   */
  async run(input: TurnInput, means: RunMeans): Promise<TurnOutcome> {
    const problems = this.engine.inspect(input.agent);
    if (problems.length > 0) throw new TurnFault('caller', problems.map((problem) => problem.message).join(' '));
    const model = this.models.portFor(input.agent, means.signal, input.attempt);
    try {
      return await this.engine.run(input, this.host(input, means, model));
    } finally {
      Object.assign(means.usage, model.usage);
      means.uses.push(...model.uses);
    }
  }

  private host(input: TurnInput, { signal, stream }: RunMeans, model: MeteredPort): TurnHost {
    return {
      signal,
      model,
      memory: { earlier: (before, limit) => this.earlier(input, before, limit) },
      emit: (event) => {
        if (event.kind === 'chunk' && !signal.aborted) stream.add(event.ordinal, event.text);
      },
      once: (key, effect) => this.once(input, key, effect),
    };
  }

  private async earlier(input: TurnInput, before: Date, limit: number): Promise<ChannelMessage[]> {
    const { agent, channel, tenantId } = input;
    const page = await this.database.inTenant(tenantId, (tenant) =>
      tenant.recollections.page(agent.id, { limit, before, channelId: channel.id }),
    );
    return page.reverse().map((message) => {
      const { ownContent } = message;
      const text = ownContent?.['text'];
      const attachments = ownContent?.['attachments'] ?? message.metadata['attachments'];
      return channelMessage(
        {
          ...message,
          text: typeof text === 'string' ? text : message.text,
          attachments: (attachments as JsonObject[] | undefined) ?? null,
          createdAt: message.createdAt.getTime(),
        },
        agent.id,
      );
    });
  }

  /** A side effect that was begun and not finished may have happened: nobody knows, and it is not tried again. */
  private async once<T extends JsonObject>(input: TurnInput, key: string, effect: () => Promise<T>): Promise<T> {
    const { tenantId, turnId } = input;
    const known = await this.database.inTenant(tenantId, (tenant) => tenant.turns.beginEffect(turnId, key));
    if (known?.done) return known.result as T;
    if (known) throw new TurnFault('caller', `Nobody knows whether "${key}" happened; it is not done again`);
    const result = await effect();
    await this.database.inTenant(tenantId, (tenant) => tenant.turns.finishEffect(turnId, key, result));
    return result;
  }
}
