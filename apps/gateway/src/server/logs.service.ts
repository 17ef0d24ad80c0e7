import {
  FleetError,
  LOG_ENTRY_LEVELS,
  type LogEntry,
  type LogEntryLevel,
  type LogList,
  type ServerLogsQuery,
  type SubmittedLogLine,
} from '@app/contracts';
import { demandTenantRights, type TenantContext } from '@app/identity';
import { LogStream } from '@app/transport';
import { Inject, Injectable } from '@nestjs/common';

const HOUR_MS = 3_600_000;

/** The log of a tenant: what all processes wrote about it, and what its clients added. */
@Injectable()
export class LogsService {
  constructor(@Inject(LogStream) private readonly stream: LogStream) {}

  /** @throws FleetError UNAVAILABLE while Redis is away */
  async list(caller: TenantContext, query: ServerLogsQuery): Promise<LogList> {
    demandTenantRights(caller);
    const { since = Date.now() - HOUR_MS, level, agentName, agentId, limit = 100 } = query;
    const lines = await this.attempt(() => this.stream.recent(caller.tenantId));
    const wanted = lines.filter(
      (line) =>
        line.time >= since &&
        (!level || level === 'all' || line.level === LOG_ENTRY_LEVELS[level]) &&
        (!agentName || agentName === 'all' || line.agentName === agentName) &&
        (!agentId || line.agentId === agentId),
    );
    const logs = wanted.slice(-Math.min(limit, 1_000));
    return {
      logs,
      count: logs.length,
      total: lines.length,
      requestedLevel: level || 'all',
      agentName: agentName || 'all',
      agentId: agentId ?? 'all',
      levels: Object.keys(LOG_ENTRY_LEVELS) as LogEntryLevel[],
    };
  }

  /** @throws FleetError UNAVAILABLE while Redis is away */
  async submit(caller: TenantContext, lines: SubmittedLogLine[]): Promise<void> {
    demandTenantRights(caller);
    const entries = lines.map((line) => entryOf(line, Date.now()));
    if (!(await this.stream.writeNow(caller.tenantId, entries))) throw unavailable();
  }

  /** @throws FleetError UNAVAILABLE while Redis is away */
  async clear(caller: TenantContext): Promise<void> {
    demandTenantRights(caller);
    await this.attempt(() => this.stream.clear(caller.tenantId));
  }

  private async attempt<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch {
      throw unavailable();
    }
  }
}

function entryOf({ level = 'info', message, source, metadata }: SubmittedLogLine, time: number): LogEntry {
  const { agentName, agentId } = metadata ?? {};
  return {
    time,
    level: LOG_ENTRY_LEVELS[level],
    msg: message,
    ...(typeof agentName === 'string' ? { agentName: agentName.slice(0, 200) } : {}),
    ...(typeof agentId === 'string' ? { agentId: agentId.slice(0, 36) } : {}),
    source: source ?? 'client',
  };
}

function unavailable(): FleetError {
  return new FleetError('UNAVAILABLE', 'The log cannot be reached right now; try again shortly');
}
