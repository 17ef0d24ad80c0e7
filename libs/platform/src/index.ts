export * from './crypto/secret-box.js';
export * from './env/configuration-table.js';
export * from './env/env-decorators.js';
export * from './env/parse-env.js';
export * from './http/error-answer.js';
export * from './lifecycle/run-process.js';
export * from './logging/log-tap.js';
export * from './logging/logger.js';
