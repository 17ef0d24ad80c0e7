import type { Methods } from '../world.js';
import { agents } from './agents.js';
import { audio } from './audio.js';
import { jobs, runs } from './jobs.js';
import { media } from './media.js';
import { memory } from './memory.js';
import { messaging } from './messaging.js';
import { server, system } from './server.js';
import { sessions } from './sessions.js';

/** Every method of `@elizaos/api-client` 1.7.2 by its service. */
export const METHODS: Record<string, Methods> = {
  ...{ agents, messaging, memory, audio, media, server, system, sessions, runs, jobs },
};
