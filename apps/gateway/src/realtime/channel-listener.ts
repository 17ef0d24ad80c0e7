import { channelRoom, type Uuid } from '@app/contracts';
import { Sequencer, type RoomEar } from '@app/transport';
import { Inject, Injectable } from '@nestjs/common';
import { SocketServerHolder } from './socket-server-holder.js';

/** Lets this process itself hear a channel, with the promises that hold for a socket that joined it. */
@Injectable()
export class ChannelListener {
  constructor(
    @Inject(SocketServerHolder) private readonly holder: SocketServerHolder,
    @Inject(Sequencer) private readonly sequencer: Sequencer,
  ) {}

  /** Begins to listen; nothing is heard before {@link open}. Answers how to stop; the end of the channel stops it too. */
  async listen(place: { tenantId: Uuid; channelId: Uuid }, ear: RoomEar): Promise<() => void> {
    const room = channelRoom(place.tenantId, place.channelId);
    const adapter = this.holder.adapter();
    const stop = adapter.listen(room, (event, payload) => {
      ear(event, payload);
      if (event === 'channelDeleted') stop();
    });
    await adapter.subscribed(room);
    return stop;
  }

  /** What follows in the channel behind `seq` is heard from now on. */
  open(place: { tenantId: Uuid; channelId: Uuid }, seq: number): void {
    this.sequencer.open(channelRoom(place.tenantId, place.channelId), seq);
  }
}
