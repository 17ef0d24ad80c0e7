export * from './database.js';
export * from './openai-server/openai-server.js';
