import { FleetError, isMediaFile, isUuid, mediaObjectPath, type MediaOwnerKind, type MediaPlace } from '@app/contracts';
import { Public } from '@app/identity';
import { AnswersBytes, Refuses } from '@app/platform';
import { Controller, Get, Inject, Logger, Param, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { pipeline } from 'node:stream/promises';
import { ObjectStorage } from '@app/storage';
import { fileHeaders, isKnown, isSameAs } from './file-headers.js';
import { MediaAccess, type AllowedMedia } from './media-access.js';
import { rangeOf } from './range.js';
import { StoreRedirect } from './store-redirect.js';

/** Which file a path names. */
interface FileParams {
  agentId?: string;
  channelId?: string;
  file: string;
}

/** A file, for the document of the API. */
const FILE = { types: ['*/*'], about: 'The file, or the part that `Range` asks for.', alsoUnder: [206] };

/** How a file may be refused. */
const REFUSALS = [
  'INVALID_ID',
  'MEDIA_NOT_FOUND',
  'INVALID_LINK',
  'UNAUTHORIZED',
  'FORBIDDEN',
  'RANGE_NOT_SATISFIABLE',
  'STORAGE_UNAVAILABLE',
] as const;

/** Hands out files, to whoever has a link or a key. */
@Public()
@Controller('media')
export class ServingController {
  private readonly logger = new Logger(ServingController.name);

  constructor(
    @Inject(MediaAccess) private readonly access: MediaAccess,
    @Inject(ObjectStorage) private readonly objects: ObjectStorage,
    @Inject(StoreRedirect) private readonly elsewhere: StoreRedirect,
  ) {}

  /** A file that was uploaded to an agent. Whoever has a link with its signature needs no key. */
  @Get('uploads/agents/:agentId/:file')
  @AnswersBytes(FILE)
  @Refuses(...REFUSALS)
  async ofAgent(@Param() params: FileParams, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.serve(placeOf('agent', params), request, response);
  }

  /** A file that was uploaded to a channel. Whoever has a link with its signature needs no key. */
  @Get('uploads/channels/:channelId/:file')
  @AnswersBytes(FILE)
  @Refuses(...REFUSALS)
  async ofChannel(@Param() params: FileParams, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.serve(placeOf('channel', params), request, response);
  }

  /** A file that an agent made. Whoever has a link with its signature needs no key. */
  @Get('generated/:agentId/:file')
  @AnswersBytes(FILE)
  @Refuses(...REFUSALS)
  async generated(@Param() params: FileParams, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.serve(placeOf('generated', params), request, response);
  }

  private async serve(place: MediaPlace, request: Request, response: Response): Promise<void> {
    const allowed = await this.access.find(request, place);
    const { media } = allowed;
    if (isKnown(media, request.headers)) {
      response.set(fileHeaders(media)).removeHeader('content-type');
      response.status(304).end();
      return;
    }
    // Its signature holds for GET alone.
    const address = request.method === 'GET' ? await this.elsewhere.addressOf(allowed) : undefined;
    if (address)
      response
        .status(302)
        .set({ ...address })
        .end();
    else await this.serveHere(allowed, request, response);
  }

  private async serveHere(allowed: AllowedMedia, request: Request, response: Response): Promise<void> {
    const { media } = allowed;
    response.set(fileHeaders(media));
    const range = isSameAs(media, request.header('if-range'))
      ? rangeOf(request.header('range'), media.size)
      : undefined;
    if (range) response.status(206).set('content-range', `bytes ${range.start}-${range.end}/${media.size}`);
    response.set('content-length', String(range ? range.end - range.start + 1 : media.size));
    if (request.method === 'HEAD') response.end();
    else await this.send(allowed, range, response);
  }

  private async send(
    { tenantId, media }: AllowedMedia,
    range: ReturnType<typeof rangeOf>,
    response: Response,
  ): Promise<void> {
    const { stream } = await this.objects.get({ tenantId, path: mediaObjectPath(media) }, range);
    try {
      await pipeline(stream, response);
    } catch (error) {
      // Whoever asked went away, or the store did: the answer breaks off, and so is not taken for whole.
      this.logger.debug(`The file ${media.id} was not sent to its end: ${String(error)}`);
    }
  }
}

/** @throws FleetError INVALID_ID, MEDIA_NOT_FOUND */
function placeOf(ownerKind: MediaOwnerKind, { agentId, channelId, file }: FileParams): MediaPlace {
  const id = agentId ?? channelId;
  if (!isUuid(id)) throw new FleetError('INVALID_ID', 'Invalid ID format');
  if (!isMediaFile(file)) throw new FleetError('MEDIA_NOT_FOUND', 'The file does not exist');
  return { ownerKind, ownerId: id.toLowerCase(), file };
}
