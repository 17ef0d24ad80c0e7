import type { AgentResponse, Json, Uuid } from '@app/contracts';
import { isObject } from '../agents/json.js';
import type { Outcome } from './turn-outcome.js';

/** An answer as ElizaOS hands it to a caller who waited for it. */
export function agentResponse(
  outcome: Extract<Outcome, { kind: 'answered' | 'silent' }>,
  messageId: Uuid,
): AgentResponse {
  if (outcome.kind === 'silent') return { ...EMPTY, actions: ['IGNORE'], responseId: null, inReplyTo: messageId };
  const { id, text, raw } = outcome.reply;
  // An agent that runs elsewhere may have sent whatever it likes.
  const { thought, attachments } = raw ?? {};
  const actions = textsIn(raw?.['actions']) ?? ['REPLY'];
  const providers = textsIn(raw?.['providers']) ?? [];
  return {
    ...EMPTY,
    thought: typeof thought === 'string' ? thought : '',
    actions,
    providers,
    text,
    simple: actions.length === 1 && actions[0] === 'REPLY' && providers.length === 0,
    responseId: id,
    inReplyTo: messageId,
    ...(Array.isArray(attachments) ? { attachments: attachments.filter(isObject) } : {}),
  };
}

const EMPTY = { thought: '', actions: [], providers: [], text: '', simple: true };

function textsIn(value: Json | undefined): string[] | undefined {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : undefined;
}
