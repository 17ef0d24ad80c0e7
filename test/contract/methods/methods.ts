import type { Methods } from '../world.js';
import { agents } from './agents.js';
import { jobs, runs } from './jobs.js';
import { media } from './media.js';
import { memory } from './memory.js';
import { messaging } from './messaging.js';
import { server, system } from './server.js';
import { sessions } from './sessions.js';

/** Every method of `@elizaos/api-client` 1.7.2 by its service. */
export const METHODS: Record<string, Methods> = {
  ...{ agents, messaging, memory, media, server, system, sessions, runs, jobs },
};

/** Methods whose routes the media-service has to bring; each leaves this list with its route. */
export const WAITING_FOR_THE_MEDIA_SERVICE = [
  'audio.speechConversation',
  'audio.generateSpeech',
  'audio.synthesizeAudioMessage',
  'audio.transcribe',
  'audio.processSpeech',
];
