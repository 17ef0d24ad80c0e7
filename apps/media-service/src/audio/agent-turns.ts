import {
  DEFAULT_MESSAGE_SERVER_ID,
  ERROR_STATUS,
  FleetError,
  type ErrorCode,
  type JsonObject,
  type Uuid,
} from '@app/contracts';
import { Inject, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { MediaEnv } from '../env.js';

/** Something said to an agent. */
export interface Utterance {
  agentId: Uuid;
  /** Who says it. */
  entityId: Uuid;
  name?: string;
  text: string;
  /** Where; in the channel that both have for themselves when not given. */
  channelId?: Uuid;
  metadata?: JsonObject;
}

/** What the agent said to it. */
export interface Reply {
  text: string;
  channelId: Uuid;
  /** Of what was said to the agent. */
  messageId: string;
}

/** What proves to a gateway who is calling. */
const CREDENTIALS = ['authorization', 'x-api-key', 'x-entity-id'];
/** Longer than a gateway waits for an answer. */
const ANSWER_WITHIN_MS = 60_000;

/**
 * Turns of agents, asked for as any client would: through a gateway's public door, with the caller's own credentials. So
 * what is spoken goes the way of everything that is written, and nothing can be done here that its caller may not do.
 */
@Injectable()
export class AgentTurns {
  constructor(@Inject(MediaEnv) private readonly env: MediaEnv) {}

  /**
   * Says something to an agent and waits for its answer.
   *
   * @throws FleetError UNAVAILABLE when no gateway answers, and whatever the gateway refuses with, such as TURN_TIMEOUT
   */
  async answer(caller: Request, said: Utterance): Promise<Reply> {
    const channelId = said.channelId ?? (await this.privateChannel(caller, said));
    const data = await this.ask(caller, `/api/messaging/channels/${channelId}/messages`, {
      author_id: said.entityId,
      content: said.text,
      message_server_id: DEFAULT_MESSAGE_SERVER_ID,
      source_type: 'audio',
      metadata: { ...said.metadata, ...(said.name === undefined ? {} : { user_display_name: said.name }) },
      transport: 'http',
    });
    const { id, agentResponse } = data as { id?: string; agentResponse?: { text?: string } };
    return { text: agentResponse?.text ?? '', channelId, messageId: id ?? '' };
  }

  private async privateChannel(caller: Request, { entityId, agentId }: Utterance): Promise<Uuid> {
    const query = new URLSearchParams({ currentUserId: entityId, targetUserId: agentId });
    const { id } = (await this.ask(caller, `/api/messaging/dm-channel?${query.toString()}`)) as { id: Uuid };
    return id;
  }

  private async ask(caller: Request, path: string, body?: JsonObject): Promise<object> {
    const { status, answer } = await this.send(caller, path, body);
    const { data, error } = (answer ?? {}) as { data?: object; error?: Refusal };
    if (status < 300 && data) return data;
    if (typeof error?.code === 'string' && Object.hasOwn(ERROR_STATUS, error.code)) {
      throw new FleetError(error.code as ErrorCode, String(error.message), error.details);
    }
    throw new FleetError('UPSTREAM_FAILED', `The gateway answered ${status}`);
  }

  private async send(caller: Request, path: string, body?: JsonObject): Promise<{ status: number; answer: unknown }> {
    const headers = new Headers({ 'content-type': 'application/json' });
    for (const name of CREDENTIALS) {
      const value = caller.header(name);
      if (value !== undefined) headers.set(name, value);
    }
    // Where the caller came to, and from, for a gateway that trusts what stands before it.
    headers.set('x-forwarded-host', caller.header('x-forwarded-host') ?? caller.header('host') ?? '');
    const origins = [caller.header('x-forwarded-for'), caller.socket.remoteAddress];
    headers.set('x-forwarded-for', origins.filter(Boolean).join(', '));
    const signal = AbortSignal.any([departureOf(caller), AbortSignal.timeout(ANSWER_WITHIN_MS)]);
    const given = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    try {
      const response = await fetch(new URL(path, this.env.GATEWAY_URL), { ...given, headers, signal });
      return { status: response.status, answer: await response.json() };
    } catch {
      throw new FleetError('UNAVAILABLE', 'Nothing can be said to agents right now; try again shortly');
    }
  }
}

/** How a gateway refuses. */
interface Refusal {
  code?: unknown;
  message?: unknown;
  details?: unknown;
}

/** Aborted when the caller goes away without an answer. */
function departureOf(caller: Request): AbortSignal {
  const leaving = new AbortController();
  caller.res?.once('close', () => leaving.abort());
  return leaving.signal;
}
