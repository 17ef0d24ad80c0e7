import { Module } from '@nestjs/common';
import { SpeechGuard } from './speech-guard.js';
import { SpeechService } from './speech.service.js';

/** How agents speak and listen. */
@Module({ providers: [SpeechGuard, SpeechService], exports: [SpeechService] })
export class SpeechModule {}
