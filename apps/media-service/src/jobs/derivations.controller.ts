import { DerivedMedia, DerivedMediaQuery, FleetError, mediaPath, parseMediaPath } from '@app/contracts';
import { Public } from '@app/identity';
import { Database } from '@app/persistence';
import { Answers, MediaLinks, Refuses } from '@app/platform';
import { Controller, Get, Inject, Query, Req } from '@nestjs/common';
import type { Request } from 'express';
import { MediaAccess } from '../serving/media-access.js';

/** Tells what was made of files: whoever may have a file may have this too. */
@Public()
@Controller('api/media/derived')
export class DerivationsController {
  constructor(
    @Inject(MediaAccess) private readonly access: MediaAccess,
    @Inject(Database) private readonly database: Database,
    @Inject(MediaLinks) private readonly links: MediaLinks,
  ) {}

  /** What was made of a file. Whoever has the signature of its link needs no key. */
  @Get()
  @Answers(DerivedMedia)
  @Refuses('MEDIA_NOT_FOUND', 'INVALID_LINK', 'UNAUTHORIZED', 'FORBIDDEN')
  async of(
    @Req() request: Request,
    @Query() { path }: DerivedMediaQuery,
  ): Promise<{ success: true; data: DerivedMedia }> {
    const place = parseMediaPath(path);
    if (!place) throw new FleetError('VALIDATION_ERROR', 'path must be the path of a file');
    const { tenantId, media } = await this.access.find(request, place);
    const { found, files } = await this.database.inTenant(tenantId, async (tenant) => ({
      found: await tenant.derivations.find(media.id),
      files: await tenant.derivations.files(media.id),
    }));
    const { state = 'none', facts = {}, words = null } = found ?? {};
    const told = files.map((file) => ({
      url: this.links.sign(tenantId, mediaPath(file)),
      type: file.type,
      size: file.size,
    }));
    return { success: true, data: { state, facts, words, files: told } };
  }
}
