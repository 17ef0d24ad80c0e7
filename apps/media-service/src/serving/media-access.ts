import { FleetError, mediaPath, type MediaPlace, type Uuid } from '@app/contracts';
import { actsForTenant, demandRights, IdentityService, type TenantContext } from '@app/identity';
import { Database, MediaPath, type ReadyMedia } from '@app/persistence';
import { MediaLinks } from '@app/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { Request } from 'express';

/** A file that its asker may have. */
export interface AllowedMedia {
  tenantId: Uuid;
  media: ReadyMedia;
}

/** Decides who may have a file: whoever has a link to it, or proves to be somebody who may see it. */
@Injectable()
export class MediaAccess {
  constructor(
    @Inject(MediaLinks) private readonly links: MediaLinks,
    @Inject(IdentityService) private readonly identity: IdentityService,
    @Inject(MediaPath) private readonly media: MediaPath,
    @Inject(Database) private readonly database: Database,
  ) {}

  /**
   * The file of a place. A link says itself whose it is; nothing else of the request counts then.
   *
   * @throws FleetError MEDIA_NOT_FOUND; INVALID_LINK when the link was tampered with or has ended; UNAUTHORIZED
   */
  async find(request: Request, place: MediaPlace): Promise<AllowedMedia> {
    const { sig } = request.query;
    if (sig !== undefined) {
      const tenantId = typeof sig === 'string' ? this.links.tenantOf(mediaPath(place), sig) : undefined;
      if (tenantId === undefined) throw new FleetError('INVALID_LINK', 'The link is not valid, or not any more');
      return { tenantId, media: await this.get(tenantId, place) };
    }
    const caller = await this.callerOf(request);
    const media = await this.get(caller.tenantId, place);
    if (!(await this.maySee(caller, media))) throw notFound();
    return { tenantId: caller.tenantId, media };
  }

  private async callerOf(request: Request): Promise<TenantContext> {
    const caller = await this.identity.ofRequest(request);
    demandRights(caller, { who: 'users', scope: 'media:read' });
    return caller;
  }

  private async get(tenantId: Uuid, place: MediaPlace): Promise<ReadyMedia> {
    const media = await this.media.find(tenantId, place);
    if (!media) throw notFound();
    return media;
  }

  /** An end user sees what it uploaded, and what belongs to the channels it takes part in; for the rest it has links. */
  private async maySee(caller: TenantContext, { ownerKind, ownerId, uploaderId }: ReadyMedia): Promise<boolean> {
    const { entityId } = caller;
    if (actsForTenant(caller)) return true;
    if (entityId === undefined) return false;
    if (uploaderId === entityId) return true;
    if (ownerKind !== 'channel') return false;
    return this.database.inTenant(caller.tenantId, async (tenant) =>
      (await tenant.participants.list(ownerId)).includes(entityId),
    );
  }
}

function notFound(): FleetError {
  return new FleetError('MEDIA_NOT_FOUND', 'The file does not exist');
}
