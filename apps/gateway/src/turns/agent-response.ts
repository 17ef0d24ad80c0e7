import type { JsonObject, Uuid } from '@app/contracts';
import type { Outcome } from './turn-outcome.js';

/** An answer as ElizaOS hands it to a caller who waited for it. */
export function agentResponse(outcome: Extract<Outcome, { kind: 'answered' | 'silent' }>, messageId: Uuid): JsonObject {
  if (outcome.kind === 'silent') return { ...EMPTY, actions: ['IGNORE'], responseId: null, inReplyTo: messageId };
  const { id, text, raw } = outcome.reply;
  const actions = Array.isArray(raw?.['actions']) ? raw['actions'] : ['REPLY'];
  const providers = Array.isArray(raw?.['providers']) ? raw['providers'] : [];
  const attachments = raw?.['attachments'];
  return {
    ...EMPTY,
    thought: raw?.['thought'] ?? '',
    actions,
    providers,
    text,
    simple: actions.length === 1 && actions[0] === 'REPLY' && providers.length === 0,
    responseId: id,
    inReplyTo: messageId,
    ...(attachments === undefined ? {} : { attachments }),
  };
}

const EMPTY = { thought: '', actions: [], providers: [], text: '', simple: true };
