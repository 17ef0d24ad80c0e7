import type { AgentResponse, UserMessage } from '@app/contracts';
import type { TenantContext } from '@app/identity';
import { errorAnswer, type Logger } from '@app/platform';
import { Inject, Injectable } from '@nestjs/common';
import { GatewayEnv } from '../env.js';
import type { EventStream } from '../http/event-stream.js';
import { LOGGER } from '../tokens.js';
import { agentResponse } from '../turns/agent-response.js';
import { withoutAnswer } from '../turns/turn-outcome.js';
import type { Patience, TurnWait } from '../turns/turn-wait.js';
import { TurnWaiter } from '../turns/turn-waiter.js';
import { MessagesService, type AcceptedMessage, type IncomingMessage } from './messages.service.js';

/** What a stream of server-sent events tells, for the document of the API. */
export const ANSWER_EVENTS =
  '`user_message` with the message, `chunk` with `{messageId, chunk, index}` for each piece on its way, then `done` with the whole answer or `error` with `{error, code, details}`';

/** Why a message is refused, or its answer does not come. */
export const ANSWER_REFUSALS = [
  'INVALID_TRANSPORT',
  'CHANNEL_NOT_FOUND',
  'IDEMPOTENCY_CONFLICT',
  'QUOTA_EXCEEDED',
  'NO_AGENT',
  'TURN_FAILED',
  'TURN_CANCELLED',
  'TURN_TIMEOUT',
] as const;

/** A message, and what an agent answered. */
export interface Answered {
  accepted: AcceptedMessage;
  agentResponse: AgentResponse;
}

/** Messages whose senders wait for the answer. It is stored and broadcast like any other, also when they go away. */
@Injectable()
export class AnswersService {
  constructor(
    @Inject(MessagesService) private readonly messages: MessagesService,
    @Inject(TurnWaiter) private readonly waiter: TurnWaiter,
    @Inject(GatewayEnv) private readonly env: GatewayEnv,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Accepts a message and waits for its first answer. Sending it again under the same client message id waits for the
   * same answer.
   *
   * @throws FleetError NO_AGENT, TURN_FAILED, TURN_CANCELLED, TURN_TIMEOUT; and as {@link MessagesService.accept}
   */
  async ask(caller: TenantContext, incoming: IncomingMessage, signal: AbortSignal): Promise<Answered> {
    const { wait, accepted } = await this.accept(caller, incoming);
    return { accepted, agentResponse: await this.answer(wait, accepted, { ms: this.env.ANSWER_WAIT_MS, signal }) };
  }

  /**
   * Accepts a message and streams its first answer: `user_message`, `chunk` for each piece on its way, `reset` when a
   * further attempt begins anew under another id, then `done` with the whole answer or `error`. Pieces may be lost;
   * `done` is what counts.
   *
   * @throws FleetError as {@link MessagesService.accept}, as long as nothing was sent
   */
  async stream(
    caller: TenantContext,
    incoming: IncomingMessage,
    { stream, view }: { stream: EventStream; view: (accepted: AcceptedMessage) => UserMessage },
  ): Promise<void> {
    const { wait, accepted } = await this.accept(caller, incoming);
    stream.open();
    stream.send('user_message', view(accepted));
    try {
      const { signal } = stream;
      const onChunk: Patience['onChunk'] = ({ messageId, chunk, index }) =>
        stream.send('chunk', { messageId, chunk, index });
      const onReset: Patience['onReset'] = (messageId) => stream.send('reset', { messageId });
      stream.send(
        'done',
        await this.answer(wait, accepted, { ms: this.env.ANSWER_STREAM_MS, signal, onChunk, onReset }),
      );
    } catch (error) {
      const { body, ours } = errorAnswer(error);
      if (ours) this.logger.error({ err: error, tenantId: caller.tenantId }, body.error.message);
      const { message, code, details } = body.error;
      stream.send('error', { error: message, code, details });
    } finally {
      stream.end();
    }
  }

  private async accept(
    caller: TenantContext,
    incoming: IncomingMessage,
  ): Promise<{ wait: TurnWait; accepted: AcceptedMessage }> {
    const place = { tenantId: caller.tenantId, channelId: incoming.channelId };
    const wait = await this.waiter.begin(place);
    try {
      const accepted = await this.messages.accept(caller, incoming);
      this.waiter.open(place, accepted.message.seq);
      return { wait, accepted };
    } catch (error) {
      wait.drop();
      throw error;
    }
  }

  private async answer(wait: TurnWait, { message }: AcceptedMessage, patience: Patience): Promise<AgentResponse> {
    const outcome = await wait.outcome(message.id, patience);
    if (outcome?.kind === 'answered' || outcome?.kind === 'silent') return agentResponse(outcome, message.id);
    const { id: messageId, channelId, createdAt } = message;
    throw withoutAnswer(outcome, { messageId, channelId, askedAt: createdAt.getTime() }, wait.turns);
  }
}
