import { Module } from '@nestjs/common';
import { SpeechModule } from '../speech/speech.module.js';
import { AgentTurns } from './agent-turns.js';
import { AgentVoices } from './agent-voices.js';
import { AudioController } from './audio.controller.js';
import { ConversationController } from './conversation.controller.js';
import { ConversationService } from './conversation.service.js';

/** Speaking with agents. */
@Module({
  imports: [SpeechModule],
  controllers: [AudioController, ConversationController],
  providers: [AgentVoices, AgentTurns, ConversationService],
})
export class AudioModule {}
