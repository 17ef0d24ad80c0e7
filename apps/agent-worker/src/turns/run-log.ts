import { newId, ownId, type JsonObject, type Uuid } from '@app/contracts';
import type { ClaimedTurn, Settlement, TurnLog } from '@app/persistence';
import type { ModelUse } from '../models/metered-port.js';

/** How an attempt went. */
export interface AttemptTrace {
  /** Epoch milliseconds. */
  startedAt: number;
  uses: ModelUse[];
}

interface Step {
  type: string;
  at: number;
  body: JsonObject;
}

/**
 * What an attempt leaves in its agent's log, as ElizaOS has it: that the run started and ended, and each use of a
 * model with its sizes. An attempt that is repeated does not end the run.
 */
export function runLog(claimed: ClaimedTurn, settlement: Settlement, { startedAt, uses }: AttemptTrace): TurnLog {
  const place = placeOf(claimed);
  const endedAt = Date.now();
  const run = { source: 'messageHandler', messageId: claimed.messageId, ...place, startTime: startedAt };
  const steps: Step[] = uses.map((use) => ({ type: modelStep(use), at: use.startedAt, body: modelBody(claimed, use) }));
  if (claimed.attempt === 1) steps.unshift({ type: 'run_event', at: startedAt, body: { status: 'started', ...run } });
  if (settlement.result !== 'retry') {
    const ended = { endTime: endedAt, duration: endedAt - startedAt, attempt: claimed.attempt };
    const { error } = settlement;
    const told: JsonObject = error ? { error: storable(error.message.slice(0, 1_000)), errorKind: error.kind } : {};
    steps.push({ type: 'run_event', at: endedAt, body: { status: statusOf(settlement), ...run, ...ended, ...told } });
  }
  const runId = claimed.turnId;
  return {
    agentId: claimed.agent.id,
    ...place,
    steps: inOrder(steps).map(({ type, at, body }) => ({ id: newId(at), type, at, body: { runId, ...body } })),
  };
}

function placeOf({ agent, channel, history, messageId }: ClaimedTurn): { entityId: Uuid; roomId: Uuid } {
  const asked = history.find(({ id }) => id === messageId);
  return { entityId: asked?.authorId ?? agent.id, roomId: ownId(agent.id, channel.id) };
}

function statusOf({ result, error }: Settlement): string {
  if (result === 'completed') return 'completed';
  return error?.kind === 'timeout' ? 'timeout' : 'error';
}

function modelStep({ size }: ModelUse): string {
  return `useModel:${size === 'large' ? 'TEXT_LARGE' : 'TEXT_SMALL'}`;
}

function modelBody({ attempt }: ClaimedTurn, use: ModelUse): JsonObject {
  const modelType = modelStep(use).slice('useModel:'.length);
  const { inputTokens, outputTokens } = use.usage;
  return {
    modelType,
    modelKey: modelType,
    provider: use.provider,
    timestamp: use.startedAt,
    executionTime: use.durationMs,
    ...(use.firstPieceMs === undefined ? {} : { firstPieceTime: use.firstPieceMs }),
    attempt,
    params: {
      stream: true,
      promptLength: use.promptLength,
      ...(use.temperature === undefined ? {} : { temperature: use.temperature }),
      ...(use.maxTokens === undefined ? {} : { maxTokens: use.maxTokens }),
    },
    prompt: storable(use.prompt ?? `(${use.promptLength} characters)`),
    response: storable(use.response ?? `(${use.responseLength} characters)`),
    responseLength: use.responseLength,
    // What tells texts is found by this when their time is over.
    ...(use.prompt === undefined ? {} : { texts: true }),
    usage: {
      prompt_tokens: inputTokens,
      completion_tokens: outputTokens,
      total_tokens: inputTokens + outputTokens,
    },
    ...(use.error === undefined ? {} : { error: storable(use.error) }),
  };
}

/** A text as Postgres takes it: no NUL, no half characters, which cutting may have made. */
function storable(text: string): string {
  return Buffer.from(text).toString().replaceAll('\0', '');
}

/** Ids are made of times, so each step comes a millisecond after the one before, at least. */
function inOrder(steps: Step[]): Step[] {
  let last = 0;
  return steps.map((step) => ({ ...step, at: (last = Math.max(step.at, last + 1)) }));
}
