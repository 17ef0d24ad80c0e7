import { LOG_ENTRY_LEVELS, type LogEntry, type LogEntryLevel, type LogFilters } from '@app/contracts';
import { ForTenant } from '@app/identity';
import { LogTail } from '@app/transport';
import { BeforeApplicationShutdown, Inject, UseFilters } from '@nestjs/common';
import { ConnectedSocket, MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { RefusalFilter } from './refusal.filter.js';
import type { CallerSocket } from './socket-server.js';

/** A socket that follows its tenant's log. */
interface Subscription {
  filters: LogFilters;
  end: () => void;
}

/** ElizaOS's log streaming: every socket that asks hears its tenant's lines, from whichever process they come. */
@ForTenant('admin')
@UseFilters(RefusalFilter)
@WebSocketGateway()
export class LogGateway implements BeforeApplicationShutdown {
  private readonly subscriptions = new Map<CallerSocket, Subscription>();

  constructor(@Inject(LogTail) private readonly tail: LogTail) {}

  beforeApplicationShutdown(): void {
    this.tail.stop();
  }

  @SubscribeMessage('subscribe_logs')
  async subscribe(@ConnectedSocket() socket: CallerSocket): Promise<void> {
    if (!this.subscriptions.has(socket)) {
      const subscription: Subscription = { filters: {}, end: () => undefined };
      this.subscriptions.set(socket, subscription);
      socket.once('disconnect', () => this.forget(socket));
      const end = await this.tail.follow(socket.data.caller.tenantId, (entry) => {
        if (wanted(entry, subscription.filters)) socket.emit('log_stream', { type: 'log_entry', payload: entry });
      });
      // It may have gone, or changed its mind, while we were looking for the end of the log.
      if (this.subscriptions.get(socket) !== subscription) return end();
      subscription.end = end;
    }
    const message = 'Successfully subscribed to log stream';
    socket.emit('log_subscription_confirmed', { subscribed: true, message });
  }

  @SubscribeMessage('unsubscribe_logs')
  unsubscribe(@ConnectedSocket() socket: CallerSocket): void {
    this.forget(socket);
    const message = 'Successfully unsubscribed from log stream';
    socket.emit('log_subscription_confirmed', { subscribed: false, message });
  }

  @SubscribeMessage('update_log_filters')
  filter(@ConnectedSocket() socket: CallerSocket, @MessageBody() given: unknown): void {
    const subscription = this.subscriptions.get(socket);
    if (!subscription) {
      socket.emit('log_filters_updated', { success: false, error: 'Not subscribed to log stream' });
      return;
    }
    subscription.filters = { ...subscription.filters, ...filtersOf(given) };
    socket.emit('log_filters_updated', { success: true, filters: subscription.filters });
  }

  private forget(socket: CallerSocket): void {
    this.subscriptions.get(socket)?.end();
    this.subscriptions.delete(socket);
  }
}

/** The filters that are named and make sense; clients change one and leave the other out. */
function filtersOf(given: unknown): LogFilters {
  const { agentName, level } = (typeof given === 'object' && given !== null ? given : {}) as Record<string, unknown>;
  const filters: LogFilters = {};
  if (typeof agentName === 'string') filters.agentName = agentName.slice(0, 200);
  if (typeof level === 'string' && (level === 'all' || Object.hasOwn(LOG_ENTRY_LEVELS, level))) filters.level = level;
  return filters;
}

function wanted(entry: LogEntry, { agentName, level }: LogFilters): boolean {
  if (agentName && agentName !== 'all' && entry.agentName !== agentName) return false;
  return !level || level === 'all' || entry.level >= LOG_ENTRY_LEVELS[level as LogEntryLevel];
}
