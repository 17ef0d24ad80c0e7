import 'reflect-metadata';
import { createLogger, runProcess } from '@app/platform';
import { bootstrap } from './bootstrap.js';
import { withInternalServer } from './health/internal.js';

const logger = createLogger('media-service', 'info');
await runProcess(logger, async () => withInternalServer(await bootstrap(process.env, logger), logger));
