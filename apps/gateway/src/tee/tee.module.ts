import { Module } from '@nestjs/common';
import { TeeController } from './tee.controller.js';
import { TeeService } from './tee.service.js';

/** Trusted execution environments. */
@Module({ controllers: [TeeController], providers: [TeeService] })
export class TeeModule {}
