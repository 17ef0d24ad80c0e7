import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { NestFactory } from '@nestjs/core';
import 'reflect-metadata';
import { apiDocs } from './api-docs.js';
import { AppModule } from './app.module.js';
import { MediaEnv } from './env.js';

/** Writes the document of this service's routes beside what was built. A preview makes no provider and opens no store. */
const app = await NestFactory.create(AppModule.with(new MediaEnv()), { preview: true, logger: false });
const file = path.resolve(import.meta.dirname, '../../../openapi/media-service.json');
mkdirSync(path.dirname(file), { recursive: true });
writeFileSync(file, JSON.stringify(apiDocs(app)));
await app.close();
