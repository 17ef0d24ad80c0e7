import { Module } from '@nestjs/common';
import { StorageModule } from '@app/storage';
import { ChecksModule } from '../checks/checks.module.js';
import { StorageRoom } from './storage-room.js';
import { UploadRights } from './upload-rights.js';
import { UploadsController } from './uploads.controller.js';
import { UploadsService } from './uploads.service.js';

/** How files come in. */
@Module({
  imports: [StorageModule, ChecksModule],
  controllers: [UploadsController],
  providers: [UploadsService, UploadRights, StorageRoom],
  exports: [UploadsService, UploadRights, StorageRoom],
})
export class UploadsModule {}
