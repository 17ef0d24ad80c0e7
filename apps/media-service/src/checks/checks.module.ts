import { StorageModule } from '@app/storage';
import { Module } from '@nestjs/common';
import { FileChecks } from './file-checks.service.js';
import { UploadTypes } from './upload-types.js';

/** Looks at whole files before anybody may see them. */
@Module({ imports: [StorageModule], providers: [FileChecks, UploadTypes], exports: [FileChecks] })
export class ChecksModule {}
