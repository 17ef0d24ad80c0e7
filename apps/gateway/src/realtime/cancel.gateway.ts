import { demandRights, ForUsers } from '@app/identity';
import { Inject, UseFilters } from '@nestjs/common';
import { ConnectedSocket, MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { CancellationsService } from '../messaging/cancellations.service.js';
import { parseCancel } from './payloads.js';
import { RefusalFilter } from './refusal.filter.js';
import type { CallerSocket } from './socket-server.js';

/** Lets a socket end answers that nobody wants any more. Stock clients know nothing of it. */
@ForUsers()
@UseFilters(RefusalFilter)
@WebSocketGateway()
export class CancelGateway {
  constructor(@Inject(CancellationsService) private readonly cancellations: CancellationsService) {}

  @SubscribeMessage('cancel_answers')
  async cancel(@ConnectedSocket() socket: CallerSocket, @MessageBody() payload: unknown): Promise<void> {
    const { caller } = socket.data;
    demandRights(caller, { who: 'users', scope: 'messages:write' });
    socket.emit('answersCancelled', await this.cancellations.cancel(caller, parseCancel(payload)));
  }
}
