import { Module } from '@nestjs/common';
import { StorageModule } from '@app/storage';
import { MediaAccess } from './media-access.js';
import { ServingController } from './serving.controller.js';

/** How files go out. */
@Module({
  imports: [StorageModule],
  controllers: [ServingController],
  providers: [MediaAccess],
  exports: [MediaAccess],
})
export class ServingModule {}
