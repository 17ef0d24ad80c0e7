import { FleetError, JoinPayload, SendPayload, SOCKET_MESSAGE_TYPE } from '@app/contracts';
import { demandRights, ForUsers, type Rights } from '@app/identity';
import { Inject, UseFilters } from '@nestjs/common';
import {
  ConnectedSocket,
  MessageBody,
  OnGatewayConnection,
  SubscribeMessage,
  WebSocketGateway,
} from '@nestjs/websockets';
import { MessagesService } from '../messaging/messages.service.js';
import { InOrder } from './in-order.js';
import { parseJoin, parseSend } from './payloads.js';
import { RefusalFilter } from './refusal.filter.js';
import { RejoinService } from './rejoin.service.js';
import { RoomsService } from './rooms.service.js';
import { socketEventDurations, socketEvents } from './socket-metrics.js';
import type { CallerSocket } from './socket-server.js';

/** Sends of one socket that may wait for each other. */
const MAX_WAITING = 1_000;

/** What a socket's caller must be good for. The same is asked whichever of its names an event comes under. */
const JOINING: Rights = { who: 'users', scope: 'messages:read' };
const SENDING: Rights = { who: 'users', scope: 'messages:write' };

/** ElizaOS's socket events: the edge where frames become calls and failures become `messageError`. */
@ForUsers()
@UseFilters(RefusalFilter)
@WebSocketGateway()
export class MessageGateway implements OnGatewayConnection {
  private readonly order = new WeakMap<CallerSocket, InOrder>();

  constructor(
    @Inject(MessagesService) private readonly messages: MessagesService,
    @Inject(RoomsService) private readonly rooms: RoomsService,
    @Inject(RejoinService) private readonly rejoin: RejoinService,
    @Inject(RefusalFilter) private readonly refusals: RefusalFilter,
  ) {}

  handleConnection(socket: CallerSocket): void {
    this.order.set(socket, new InOrder(MAX_WAITING));
    const { entityId } = socket.data.caller;
    socket.emit('authenticated', { entityId, timestamp: Date.now() });
    socket.emit('connection_established', { message: 'Connected to Eliza Fleet', socketId: socket.id });
    this.rejoin.welcome(socket);
  }

  @SubscribeMessage('message')
  dispatch(@ConnectedSocket() socket: CallerSocket, @MessageBody() frame: unknown): void {
    const { type, payload } = (typeof frame === 'object' && frame !== null ? frame : {}) as Record<string, unknown>;
    switch (type) {
      case SOCKET_MESSAGE_TYPE.ROOM_JOINING:
        return this.onJoin(socket, payload);
      case SOCKET_MESSAGE_TYPE.SEND_MESSAGE:
        return this.onSend(socket, payload);
      case SOCKET_MESSAGE_TYPE.MESSAGE:
      case SOCKET_MESSAGE_TYPE.ACK:
      case SOCKET_MESSAGE_TYPE.THINKING:
      case SOCKET_MESSAGE_TYPE.CONTROL:
        return; // ElizaOS has numbers for these and does nothing
      default:
        socketEvents.add({ event: 'unknown', outcome: 'refused' });
        this.refusals.refuse(
          socket,
          new FleetError('UNKNOWN_EVENT', 'Unknown message type; 1 joins a channel, 2 sends'),
        );
    }
  }

  @SubscribeMessage('ROOM_JOINING')
  onJoinByName(@ConnectedSocket() socket: CallerSocket, @MessageBody() payload: unknown): void {
    this.onJoin(socket, payload);
  }

  @SubscribeMessage('1')
  onJoin(@ConnectedSocket() socket: CallerSocket, @MessageBody() payload: unknown): void {
    const work = async (): Promise<void> => this.join(socket, parseJoin(payload));
    void this.attempt({ socket, event: 'join', payload }, work);
  }

  @SubscribeMessage('SEND_MESSAGE')
  onSendByName(@ConnectedSocket() socket: CallerSocket, @MessageBody() payload: unknown): void {
    this.onSend(socket, payload);
  }

  @SubscribeMessage('2')
  onSend(@ConnectedSocket() socket: CallerSocket, @MessageBody() payload: unknown): void {
    const send = async (): Promise<void> => this.send(socket, parseSend(payload));
    const work = (): Promise<void> => this.attempt({ socket, event: 'send', payload }, send);
    // What one socket sends to one channel stays in the order it was sent.
    if (!this.order.get(socket)?.run(channelIn(payload), work)) {
      this.refusals.refuse(
        socket,
        new FleetError('UNAVAILABLE', 'Too many messages wait on this socket; send slower'),
        payload,
      );
    }
  }

  private async join(socket: CallerSocket, join: JoinPayload & { channelId: string }): Promise<void> {
    demandRights(socket.data.caller, JOINING);
    const { channelId, agentId } = join;
    const seq = await this.rooms.join(socket, join);
    const message = `Socket ${socket.id} successfully joined channel ${channelId}.`;
    const joined = { message, channelId, roomId: channelId, ...(agentId ? { agentId } : {}), seq };
    socket.emit('channel_joined', joined);
    socket.emit('room_joined', joined);
    this.rejoin.joined(socket, channelId, seq);
  }

  private async send(socket: CallerSocket, send: SendPayload & { channelId: string }): Promise<void> {
    const { caller } = socket.data;
    demandRights(caller, SENDING);
    const { channelId, messageId: clientMessageId } = send;
    const { message } = await this.messages.accept(caller, {
      channelId,
      messageServerId: send.messageServerId,
      authorId: send.senderId,
      authorName: send.senderName,
      text: send.message,
      source: send.source ?? 'socketio_client',
      clientMessageId,
      attachments: send.attachments,
      metadata: send.metadata,
    });
    socket.emit('messageAck', {
      ...(clientMessageId === undefined ? {} : { clientMessageId }),
      messageId: message.id,
      status: 'received_by_server_and_processing',
      channelId,
      roomId: channelId,
      seq: message.seq,
    });
  }

  private async attempt({ socket, event, payload }: SocketEvent, work: () => Promise<void>): Promise<void> {
    const took = socketEventDurations.begin();
    try {
      await this.rejoin.settled(socket);
      await work();
      socketEvents.add({ event, outcome: 'done' });
    } catch (error) {
      const ours = this.refusals.refuse(socket, error, payload);
      socketEvents.add({ event, outcome: ours ? 'failed' : 'refused' });
    } finally {
      took({ event });
    }
  }
}

/** An event as it came. */
interface SocketEvent {
  socket: CallerSocket;
  event: 'join' | 'send';
  payload: unknown;
}

/** Where a payload is meant to go, as far as one can tell before it is checked. */
function channelIn(payload: unknown): string {
  const { channelId, roomId } = (payload ?? {}) as Record<string, unknown>;
  const id = channelId ?? roomId;
  return typeof id === 'string' ? id.toLowerCase() : '';
}
