import { counter, histogram, SLOW_SECONDS } from '@app/platform';
import type { ModelUse } from './metered-port.js';

const PROVIDER = { atMost: 20 };

const calls = counter('eliza_model_calls_total', 'Calls of models', {
  provider: PROVIDER,
  size: ['large', 'small'],
  outcome: ['done', 'failed'],
});

const durations = histogram('eliza_model_call_duration_seconds', 'Calls of models, to the end of the answer', {
  labels: { provider: PROVIDER },
  buckets: SLOW_SECONDS,
});

const firstPieces = histogram('eliza_model_first_piece_seconds', 'Calls of models, to the first piece of the answer', {
  labels: { provider: PROVIDER },
  buckets: SLOW_SECONDS,
});

const tokens = counter('eliza_model_tokens_total', 'Tokens as providers count them', {
  provider: PROVIDER,
  direction: ['in', 'out'],
});

/** Notes a call of a model that has ended. */
export function noteModelUse({ provider, size, durationMs, firstPieceMs, usage, error }: ModelUse): void {
  calls.add({ provider, size, outcome: error === undefined ? 'done' : 'failed' });
  durations.note({ provider }, durationMs / 1_000);
  if (firstPieceMs !== undefined) firstPieces.note({ provider }, firstPieceMs / 1_000);
  tokens.add({ provider, direction: 'in' }, usage.inputTokens);
  tokens.add({ provider, direction: 'out' }, usage.outputTokens);
}
