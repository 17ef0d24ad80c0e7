import type { MessageError } from '@app/contracts';
import { errorAnswer, type Logger } from '@app/platform';
import { ArgumentsHost, Catch, ExceptionFilter, Inject } from '@nestjs/common';
import { LOGGER } from '../tokens.js';
import type { CallerSocket } from './socket-server.js';

/** Tells a socket by `messageError` why something it sent came to nothing; logs what was our fault. */
@Catch()
export class RefusalFilter implements ExceptionFilter {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const socket = host.switchToWs();
    this.refuse(socket.getClient<CallerSocket>(), error, socket.getData<unknown>());
  }

  /**
   * @param payload what was sent, as it came: what it names is told back
   * @returns whether it was our fault
   */
  refuse(socket: CallerSocket, error: unknown, payload?: unknown): boolean {
    const { body, ours } = errorAnswer(error);
    const { tenantId } = socket.data.caller;
    if (ours) this.logger.error({ err: error, tenantId, socketId: socket.id }, body.error.message);
    const { channelId, messageId } = (payload ?? {}) as Record<string, unknown>;
    const refusal: MessageError = { error: body.error.message, code: body.error.code };
    if (typeof channelId === 'string') refusal.channelId = channelId;
    if (typeof messageId === 'string') refusal.clientMessageId = messageId;
    if (body.error.details !== undefined) refusal.details = body.error.details;
    socket.emit('messageError', refusal);
    return ours;
  }
}
