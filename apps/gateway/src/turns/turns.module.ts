import { Module } from '@nestjs/common';
import { AnnouncerModule } from '../realtime/announcer.module.js';
import { TurnWaiter } from './turn-waiter.js';

/** Waiting for what agents answer, whichever worker runs them. */
@Module({
  imports: [AnnouncerModule],
  providers: [TurnWaiter],
  exports: [TurnWaiter],
})
export class TurnsModule {}
