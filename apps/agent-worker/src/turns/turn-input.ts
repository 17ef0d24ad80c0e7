import type { Uuid } from '@app/contracts';
import type { ClaimedTurn, HistoryLine, SealedSecret } from '@app/persistence';
import { agentSecretOwner, tenantSettingOwner, type SecretBox } from '@app/platform';
import { TurnFault, type ChannelMessage, type TurnInput } from './engine.js';

/**
 * A claimed turn as an engine reads it, with the secrets of the agent and the settings of its tenant opened.
 *
 * @throws TurnFault `caller` when one of them was sealed with another key
 */
export function turnInput(claimed: ClaimedTurn, secrets: SecretBox): TurnInput {
  const messages = claimed.history.map((line) => channelMessage(line, claimed.agent.id));
  const message = messages.find((candidate) => candidate.id === claimed.messageId);
  if (!message) throw new TurnFault('bug', 'The message to answer is not in its own history');
  const { tenantId, turnId, attempt, channel, participants } = claimed;
  return {
    tenantId,
    turnId,
    attempt,
    agent: {
      ...claimed.agent,
      secrets: openedSecrets(claimed, secrets),
      tenantSettings: openedSettings(tenantId, claimed.tenantSettings, secrets),
    },
    channel,
    message,
    snapshot: {
      messages,
      participants: participants.map(({ id, name, agent }) => ({ id, agent, ...(name === null ? {} : { name }) })),
    },
  };
}

/** The seq of the message a turn answers: nothing of the answer is to be heard before it. */
export function askedAt({ history, messageId }: ClaimedTurn): number | undefined {
  return history.find(({ id }) => id === messageId)?.seq;
}

/** A line of history as an engine reads it. */
export function channelMessage(line: HistoryLine, agentId: string): ChannelMessage {
  return {
    id: line.id,
    seq: line.seq,
    authorId: line.authorId,
    authorName: line.authorName ?? 'User',
    own: line.authorId === agentId,
    text: line.text,
    attachments: line.attachments ?? [],
    ...(line.inReplyTo === null ? {} : { inReplyTo: line.inReplyTo }),
    createdAt: new Date(line.createdAt),
  };
}

/**
 * An agent's secrets, opened.
 *
 * @throws TurnFault `caller` when one was sealed with another key
 */
export function openedSecrets(
  { tenantId, agent }: { tenantId: Uuid; agent: Pick<ClaimedTurn['agent'], 'id' | 'secrets'> },
  box: SecretBox,
): Record<string, string> {
  try {
    return Object.fromEntries(
      agent.secrets.map((sealed) => [sealed.name, box.open(sealed, agentSecretOwner(tenantId, agent.id, sealed.name))]),
    );
  } catch {
    throw new TurnFault('caller', 'A secret of the agent was sealed with another encryption key; store it again');
  }
}

/**
 * A tenant's settings, opened.
 *
 * @throws TurnFault `caller` when one was sealed with another key
 */
export function openedSettings(tenantId: Uuid, sealed: SealedSecret[], box: SecretBox): Record<string, string> {
  try {
    return Object.fromEntries(sealed.map((one) => [one.name, box.open(one, tenantSettingOwner(tenantId, one.name))]));
  } catch {
    throw new TurnFault('caller', 'A setting of the tenant was sealed with another encryption key; store it again');
  }
}
