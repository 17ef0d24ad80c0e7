import { ConverseDto, SpokenReplyAnswer, type Uuid } from '@app/contracts';
import { CountsAs, ForUsers } from '@app/identity';
import { AnswersByHand, AnswersBytes, Refuses, TakesForm } from '@app/platform';
import { Controller, HttpCode, Inject, Post, Res } from '@nestjs/common';
import type { Response } from 'express';
import { AgentId } from './agent-id.js';
import { ConversationService } from './conversation.service.js';
import { OF_RECORDINGS, receiveRecording, RECORDING_FORM } from './recording-form.js';
import { OF_SPEECH, sendSpeech, SPEECH, wholeSpeech } from './spoken-answer.js';

/** What a conversation's form may say besides. */
const CONVERSATION_FORM = {
  ...RECORDING_FORM,
  format: 'Of the answer: mp3, wav or ogg.',
  metadata: 'As JSON: `channelId`, `entityId` and the like, as where something is said in writing.',
};

/**
 * ElizaOS's routes of conversations: what is said goes to the agent as any message, and its answer is spoken. Who writes
 * gets sound while it is made; who sends a recording gets JSON with both texts, as ElizaOS's client reads it.
 */
@Controller('api/audio/:agentId')
@ForUsers('messages:write')
@CountsAs('uploads')
export class ConversationController {
  constructor(@Inject(ConversationService) private readonly conversation: ConversationService) {}

  /**
   * Says something to an agent and has the answer spoken. What comes in writing is answered with sound, a recording
   * with JSON that has both texts. ElizaOS's client knows the same under two names.
   */
  @Post(['speech/conversation', 'speech'])
  @HttpCode(200)
  @TakesForm(CONVERSATION_FORM, ConverseDto)
  @AnswersByHand(SpokenReplyAnswer)
  @AnswersBytes(SPEECH)
  @Refuses(
    ...OF_RECORDINGS,
    ...OF_SPEECH,
    'NO_AGENT',
    'AGENT_NOT_FOUND',
    'CHANNEL_NOT_FOUND',
    'TURN_FAILED',
    'TURN_CANCELLED',
    'TURN_TIMEOUT',
  )
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
