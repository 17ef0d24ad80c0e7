export * from './character.js';
export * from './errors.js';
export * from './events/client-events.js';
export * from './events/message-broadcast.js';
export * from './events/server-events.js';
export * from './ids.js';
export * from './jobs.js';
export * from './keys.js';
