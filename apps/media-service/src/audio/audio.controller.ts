import { GenerateSpeechDto, SynthesizeDto, type Uuid } from '@app/contracts';
import { callerOf, CountsAs, ForUsers } from '@app/identity';
import { Body, Controller, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { SpeechService, type SpokenAudio } from '../speech/speech.service.js';
import type { SpeechRequest, Transcript } from '../speech/speech.js';
import { AgentId } from './agent-id.js';
import { AgentVoices } from './agent-voices.js';
import { receiveRecording } from './recording-form.js';
import { sendSpeech, wholeSpeech } from './spoken-answer.js';

/** ElizaOS's routes from sound to words and back. */
@Controller('api/audio/:agentId')
@ForUsers('media:write')
@CountsAs('uploads')
export class AudioController {
  constructor(
    @Inject(AgentVoices) private readonly voices: AgentVoices,
    @Inject(SpeechService) private readonly speech: SpeechService,
  ) {}

  @Post('transcriptions')
  @HttpCode(200)
  async transcribe(@Req() request: Request, @AgentId agentId: Uuid): Promise<{ success: true; data: Transcript }> {
    return { success: true, data: await this.hear(request, agentId) };
  }

  /** In ElizaOS too it goes no further than this: to have it answered there is `speech/conversation`. */
  @Post('audio-messages')
  @HttpCode(200)
  async takeDown(
    @Req() request: Request,
    @AgentId agentId: Uuid,
  ): Promise<{ success: true; data: { transcription: string; message: string } }> {
    const { text } = await this.hear(request, agentId);
    return { success: true, data: { transcription: text, message: 'Audio message transcribed' } };
  }

  @Post('speech/generate')
  async generate(@AgentId agentId: Uuid, @Body() body: GenerateSpeechDto, @Res() response: Response): Promise<void> {
    await sendSpeech(response, await this.say(response.req, agentId, body));
  }

  /** A text is answered with sound, as ElizaOS does; a message with JSON, as its client expects. */
  @Post('audio-messages/synthesize')
  async synthesize(@AgentId agentId: Uuid, @Body() body: SynthesizeDto, @Res() response: Response): Promise<void> {
    const { text = '', messageId } = body;
    if (messageId === undefined) {
      await sendSpeech(response, await this.say(response.req, agentId, { ...body, text }));
      return;
    }
    const words = await this.voices.words(callerOf(response.req), messageId);
    const speech = await this.say(response.req, agentId, { ...body, text: words });
    response.status(200).json({ success: true, data: await wholeSpeech(speech) });
  }

  private async hear(request: Request, agentId: Uuid): Promise<Transcript> {
    const caller = callerOf(request);
    const agent = await this.voices.get(caller, agentId);
    return this.speech.transcribe(caller.tenantId, agent, await receiveRecording(request));
  }

  private async say(request: Request, agentId: Uuid, said: SpeechRequest): Promise<SpokenAudio> {
    const caller = callerOf(request);
    return this.speech.speak(caller.tenantId, await this.voices.get(caller, agentId), said);
  }
}
