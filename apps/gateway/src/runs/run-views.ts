import { ownId, type JsonObject, type RunEventView, type RunStatus, type RunView, type Uuid } from '@app/contracts';
import type { AgentLog, Run, RunCounts, RunFilter } from '@app/persistence';

/** What a step says that its event says elsewhere. */
const BESIDE = ['runId', 'modelKey', 'timestamp'];
const NOTHING: RunCounts = { actions: 0, modelCalls: 0, errors: 0, evaluators: 0 };

/** A turn that nobody waits for any more counts as a run that failed; its metadata say which it is. */
export function runView(agentId: Uuid, run: Run, counts: RunCounts = NOTHING): RunView {
  const startedAt = (run.startedAt ?? run.createdAt).getTime();
  const endedAt = run.finishedAt?.getTime() ?? null;
  return {
    runId: run.id,
    status: statusOf(run),
    startedAt,
    endedAt,
    durationMs: endedAt === null ? null : Math.max(0, endedAt - startedAt),
    messageId: run.messageId,
    roomId: ownId(agentId, run.channelId),
    entityId: run.authorId ?? agentId,
    metadata: {
      state: run.state,
      attempt: run.attempt,
      channelId: run.channelId,
      ...(run.errorMessage === null ? {} : { error: run.errorMessage }),
      ...(run.inputTokens === null ? {} : { inputTokens: run.inputTokens }),
      ...(run.outputTokens === null ? {} : { outputTokens: run.outputTokens }),
    },
    counts: run.state === 'failed' ? { ...counts, errors: Math.max(1, counts.errors) } : counts,
  };
}

/** Start and end come from the turn, which is always there; what is between comes from its agent's log. */
export function runEvents(run: RunView, steps: AgentLog[]): RunEventView[] {
  const { messageId, status, durationMs } = run;
  const events: RunEventView[] = steps.flatMap((step) => {
    const type = eventType(step.type);
    return type ? [{ type, timestamp: step.createdAt.getTime(), data: dataOf(step) }] : [];
  });
  // A run that was tried several times started with its first attempt.
  const startedAt = Math.min(run.startedAt, ...events.map((event) => event.timestamp));
  events.unshift({ type: 'RUN_STARTED', timestamp: startedAt, data: { source: 'messageHandler', messageId } });
  if (run.endedAt === null) return events;
  const error = run.metadata['error'];
  const data: JsonObject = { status, durationMs, ...(error === undefined ? {} : { error }) };
  return [...events, { type: 'RUN_ENDED', timestamp: run.endedAt, data }];
}

/** Which turns a status of ElizaOS's means. */
export function filterOf(status: RunStatus | 'all' | undefined): Pick<RunFilter, 'states' | 'timedOut'> {
  switch (status) {
    case 'started':
      return { states: ['waiting', 'released', 'running'] };
    case 'completed':
      return { states: ['completed'] };
    case 'timeout':
      return { states: ['failed'], timedOut: true };
    case 'error':
      return { states: ['failed', 'cancelled', 'discarded'], timedOut: false };
    case 'all':
    case undefined:
      return {};
  }
}

function statusOf({ state, errorKind }: Run): RunStatus {
  switch (state) {
    case 'waiting':
    case 'released':
    case 'running':
      return 'started';
    case 'completed':
      return 'completed';
    case 'failed':
      return errorKind === 'timeout' ? 'timeout' : 'error';
    case 'cancelled':
    case 'discarded':
      return 'error';
  }
}

function eventType(type: string): string | undefined {
  if (type.startsWith('useModel:')) return 'MODEL_USED';
  if (type === 'action_event') return 'ACTION_STARTED';
  if (type === 'action') return 'ACTION_COMPLETED';
  if (type === 'evaluator') return 'EVALUATOR_COMPLETED';
  return type === 'embedding_event' ? 'EMBEDDING_EVENT' : undefined;
}

function dataOf({ body }: AgentLog): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([name]) => !BESIDE.includes(name)));
}
