import { ConverseDto, FleetError, ownId, type JsonObject, type Uuid } from '@app/contracts';
import { callerOf, demandOwnEntity } from '@app/identity';
import { ContractPipe } from '@app/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import type { SpeakingAgent } from '../speech/speech-settings.js';
import { SpeechService, type SpokenAudio } from '../speech/speech.service.js';
import { AgentTurns, type Reply } from './agent-turns.js';
import { AgentVoices } from './agent-voices.js';
import type { SentRecording } from './recording-form.js';

/** An agent's answer, in writing and in speech. */
export interface SpokenReply {
  reply: Reply;
  speech: SpokenAudio;
}

/** Conversations with agents in speech. */
@Injectable()
export class ConversationService {
  private readonly contract = new ContractPipe();

  constructor(
    @Inject(AgentVoices) private readonly voices: AgentVoices,
    @Inject(SpeechService) private readonly speech: SpeechService,
    @Inject(AgentTurns) private readonly turns: AgentTurns,
  ) {}

  /** Who is to be spoken with. @throws FleetError NOT_FOUND, AUDIO_NOT_AVAILABLE */
  async partner(request: Request, agentId: Uuid): Promise<SpeakingAgent> {
    const caller = callerOf(request);
    const agent = await this.voices.get(caller, agentId);
    this.speech.demandVoice(caller.tenantId, agent);
    return agent;
  }

  /**
   * What was said in a recording, as something to be answered: its metadata may tell where and by whom.
   *
   * @throws FleetError INVALID_REQUEST where nothing was said, and as {@link SpeechService.transcribe}
   */
  async utterance(request: Request, agent: SpeakingAgent, recording: SentRecording): Promise<ConverseDto> {
    const metadata = metadataOf(recording);
    const { tenantId } = callerOf(request);
    const { text, language } = await this.speech.transcribe(tenantId, agent, recording);
    if (text === '') throw new FleetError('INVALID_REQUEST', 'Nothing was said in the recording');
    const format = recording.fields.get('format');
    const about = { language: recording.language ?? language, format: format === 'webm' ? undefined : format };
    return this.checked({ ...metadata, ...about, text, metadata });
  }

  /** @throws FleetError VALIDATION_ERROR */
  async checked(body: unknown): Promise<ConverseDto> {
    return (await this.contract.transform(body ?? {}, { type: 'body', metatype: ConverseDto })) as ConverseDto;
  }

  /**
   * Says something to an agent, as a message like any other, and has its answer spoken.
   *
   * @throws FleetError ENTITY_MISMATCH, and as {@link AgentTurns.answer} and {@link SpeechService.speak}
   */
  async converse(
    request: Request,
    { id: agentId, agent }: { id: Uuid; agent: SpeakingAgent },
    said: ConverseDto,
  ): Promise<SpokenReply> {
    const caller = callerOf(request);
    demandOwnEntity(caller, said.entityId);
    const { text, metadata, voice, format, speed, language } = said;
    const reply = await this.turns.answer(request, {
      agentId,
      // Nobody in particular is the same nobody to an agent each time, as in ElizaOS.
      entityId: said.entityId ?? caller.entityId ?? ownId(agentId, 'Anon'),
      channelId: said.channelId ?? said.roomId,
      name: said.userName ?? said.name,
      text,
      metadata,
    });
    if (reply.text.trim() === '') throw new FleetError('TURN_FAILED', 'The agent has nothing to say to this');
    const answer = { text: reply.text, voice, format, speed, language };
    return { reply, speech: await this.speech.speak(caller.tenantId, agent, answer) };
  }
}

/** What was sent along with a recording. */
function metadataOf({ fields }: SentRecording): JsonObject {
  try {
    const metadata: unknown = JSON.parse(fields.get('metadata') ?? '{}');
    if (typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata)) return metadata as JsonObject;
  } catch {
    // Said below.
  }
  throw new FleetError('INVALID_REQUEST', 'The metadata of the form is no JSON object');
}
