export * from './identity-env.js';
export * from './identity.guard.js';
export * from './identity.module.js';
export * from './identity.service.js';
export * from './same-key.js';
export * from './tenant-context.js';
