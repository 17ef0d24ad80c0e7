import { StorageModule } from '@app/storage';
import { Module } from '@nestjs/common';
import { ChecksModule } from '../checks/checks.module.js';
import { UploadsModule } from '../uploads/uploads.module.js';
import { DirectUploadsController } from './direct-uploads.controller.js';
import { PartBodies } from './part-body.js';
import { UploadArrival } from './upload-arrival.js';
import { UploadBeginning } from './upload-beginning.js';
import { UploadCheck } from './upload-check.js';
import { UploadCompletion } from './upload-completion.js';
import { UploadParts } from './upload-parts.js';
import { UploadRegister } from './upload-register.js';
import { UploadRemains } from './upload-remains.js';
import { UploadSweeper } from './upload-sweeper.js';

/** How files come in that take several requests. */
@Module({
  imports: [StorageModule, UploadsModule, ChecksModule],
  controllers: [DirectUploadsController],
  providers: [
    UploadRegister,
    UploadBeginning,
    PartBodies,
    UploadParts,
    UploadArrival,
    UploadCheck,
    UploadCompletion,
    UploadRemains,
    UploadSweeper,
  ],
})
export class DirectUploadsModule {}
