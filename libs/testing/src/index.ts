export * from './database.js';
export * from './openai-server/openai-server.js';
export * from './factories.js';
export * from './sizes.js';
