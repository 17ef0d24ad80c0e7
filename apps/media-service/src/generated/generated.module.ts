import { Module } from '@nestjs/common';
import { UploadsModule } from '../uploads/uploads.module.js';
import { GeneratedController } from './generated.controller.js';

/** How files of agents come in. */
@Module({ imports: [UploadsModule], controllers: [GeneratedController] })
export class GeneratedModule {}
