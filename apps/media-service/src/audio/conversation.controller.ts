import type { Uuid } from '@app/contracts';
import { CountsAs, ForUsers } from '@app/identity';
import { Controller, Inject, Post, Res } from '@nestjs/common';
import type { Response } from 'express';
import { AgentId } from './agent-id.js';
import { ConversationService } from './conversation.service.js';
import { receiveRecording } from './recording-form.js';
import { sendSpeech, wholeSpeech } from './spoken-answer.js';

/**
 * ElizaOS's routes of conversations: what is said goes to the agent as any message, and its answer is spoken. Who writes
 * gets sound while it is made; who sends a recording gets JSON with both texts, as ElizaOS's client reads it.
 */
@Controller('api/audio/:agentId')
@ForUsers('messages:write')
@CountsAs('uploads')
export class ConversationController {
  constructor(@Inject(ConversationService) private readonly conversation: ConversationService) {}

  /** ElizaOS's client knows the same under two names. */
  @Post(['speech/conversation', 'speech'])
  async converse(@Res() response: Response, @AgentId id: Uuid): Promise<void> {
    const { req: request } = response;
    const { conversation } = this;
    const agent = await conversation.partner(request, id);
    if (!request.is('multipart/form-data')) {
      const said = await conversation.checked(request.body);
      await sendSpeech(response, (await conversation.converse(request, { id, agent }, said)).speech);
      return;
    }
    const said = await conversation.utterance(request, agent, await receiveRecording(request));
    const { reply, speech } = await conversation.converse(request, { id, agent }, said);
    const { audio, format } = await wholeSpeech(speech);
    const { text, channelId, messageId } = reply;
    const metadata = { transcription: said.text, format, channelId, messageId };
    response.status(200).json({ success: true, data: { text, audio, metadata } });
  }
}
