import type { LogEntry, Uuid } from '@app/contracts';
import { tapLog, type Logger } from '@app/platform';
import type { LogStream } from './log-stream.js';

/** What of a line its tenant may see. Errors stay inside: they may tell of other people's data and of our machines. */
const SHOWN = ['agentName', 'agentId', 'channelId', 'turnId', 'messageId', 'requestId', 'socketId', 'attempt'] as const;

/** Writes every line of this process that says whose it is (`tenantId`) into that tenant's log. Answers how to end it. */
export function keepTenantLogs(logger: Logger, logs: LogStream): () => void {
  return tapLog(logger, (line) => {
    if (!line.includes('"tenantId":"')) return;
    const found = tenantLine(line);
    if (found) logs.write(found.tenantId, found.entry);
  });
}

/** A log line as its tenant sees it; undefined when it belongs to none. */
function tenantLine(line: string): { tenantId: Uuid; entry: LogEntry } | undefined {
  let fields: Record<string, unknown>;
  try {
    fields = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
  const { tenantId, time, level, msg, name } = fields;
  if (typeof tenantId !== 'string' || typeof msg !== 'string') return undefined;
  const entry: LogEntry = { time: Number(time), level: Number(level), msg };
  for (const field of SHOWN) {
    const value = fields[field];
    if (typeof value === 'string' || typeof value === 'number') Object.assign(entry, { [field]: value });
  }
  if (typeof name === 'string') entry['source'] = name;
  return { tenantId, entry };
}
