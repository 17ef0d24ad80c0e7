import 'reflect-metadata';
import { createLogger, runProcess } from '@app/platform';
import { bootstrap } from './bootstrap.js';

const logger = createLogger('media-service', 'info');
await runProcess(logger, () => bootstrap(process.env, logger));
