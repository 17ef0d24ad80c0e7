import {
  AudioMessage,
  GenerateSpeechDto,
  SynthesizeDto,
  Transcription,
  WholeSpeechAnswer,
  type Uuid,
} from '@app/contracts';
import { callerOf, CountsAs, ForUsers } from '@app/identity';
import { Answers, AnswersByHand, AnswersBytes, Refuses, TakesForm } from '@app/platform';
import { Body, Controller, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { SpeechService, type SpokenAudio } from '../speech/speech.service.js';
import type { SpeechRequest } from '../speech/speech.js';
import { AgentId } from './agent-id.js';
import { AgentVoices } from './agent-voices.js';
import { OF_RECORDINGS, receiveRecording, RECORDING_FORM } from './recording-form.js';
import { OF_SPEECH, sendSpeech, SPEECH, wholeSpeech } from './spoken-answer.js';

/** ElizaOS's routes from sound to words and back. */
@Controller('api/audio/:agentId')
@ForUsers('media:write')
@CountsAs('uploads')
export class AudioController {
  constructor(
    @Inject(AgentVoices) private readonly voices: AgentVoices,
    @Inject(SpeechService) private readonly speech: SpeechService,
  ) {}

  /** Writes down what is said in a recording. */
  @Post('transcriptions')
  @HttpCode(200)
  @TakesForm(RECORDING_FORM)
  @Answers(Transcription)
  @Refuses(...OF_RECORDINGS)
  async transcribe(@Req() request: Request, @AgentId agentId: Uuid): Promise<{ success: true; data: Transcription }> {
    return { success: true, data: await this.hear(request, agentId) };
  }

  /** Writes down what is said in a recording. In ElizaOS too it goes no further: to have it answered there is `speech/conversation`. */
  @Post('audio-messages')
  @HttpCode(200)
  @TakesForm(RECORDING_FORM)
  @Answers(AudioMessage)
  @Refuses(...OF_RECORDINGS)
  async takeDown(@Req() request: Request, @AgentId agentId: Uuid): Promise<{ success: true; data: AudioMessage }> {
    const { text } = await this.hear(request, agentId);
    return { success: true, data: { transcription: text, message: 'Audio message transcribed' } };
  }

  /** Says a text in an agent's voice. */
  @Post('speech/generate')
  @HttpCode(200)
  @AnswersBytes(SPEECH)
  @Refuses(...OF_SPEECH)
  async generate(@AgentId agentId: Uuid, @Body() body: GenerateSpeechDto, @Res() response: Response): Promise<void> {
    await sendSpeech(response, await this.say(response.req, agentId, body));
  }

  /** Says a text or a message in an agent's voice. A text is answered with sound, as ElizaOS does; a message with JSON, as its client expects. */
  @Post('audio-messages/synthesize')
  @HttpCode(200)
  @AnswersByHand(WholeSpeechAnswer)
  @AnswersBytes(SPEECH)
  @Refuses(...OF_SPEECH)
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

  private async hear(request: Request, agentId: Uuid): Promise<Transcription> {
    const caller = callerOf(request);
    const agent = await this.voices.get(caller, agentId);
    return this.speech.transcribe(caller.tenantId, agent, await receiveRecording(request));
  }

  private async say(request: Request, agentId: Uuid, said: SpeechRequest): Promise<SpokenAudio> {
    const caller = callerOf(request);
    return this.speech.speak(caller.tenantId, await this.voices.get(caller, agentId), said);
  }
}
