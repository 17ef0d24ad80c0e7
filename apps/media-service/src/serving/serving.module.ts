import { Module } from '@nestjs/common';
import { StorageModule } from '@app/storage';
import { MediaAccess } from './media-access.js';
import { ServingController } from './serving.controller.js';
import { StoreRedirect } from './store-redirect.js';

/** How files go out. */
@Module({
  imports: [StorageModule],
  controllers: [ServingController],
  providers: [MediaAccess, StoreRedirect],
  exports: [MediaAccess],
})
export class ServingModule {}
