import type { PartUrls, UploadedPart, Uuid } from '@app/contracts';
import type { TenantContext } from '@app/identity';
import type { UploadRow } from '@app/persistence';
import { PartsLost, PartStorage, Presigner } from '@app/storage';
import { Inject, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { PartBodies } from './part-body.js';
import { partedObject, partLength, SIGNED_S } from './upload-plan.js';
import { uploadNotFound, UploadRegister } from './upload-register.js';

/** The parts of uploads: told, signed for, and taken through us. */
@Injectable()
export class UploadParts {
  constructor(
    @Inject(UploadRegister) private readonly register: UploadRegister,
    @Inject(Presigner) private readonly presigner: Presigner,
    @Inject(PartStorage) private readonly parts: PartStorage,
    @Inject(PartBodies) private readonly bodies: PartBodies,
  ) {}

  /** The parts that the store has of an upload, in order. One that is not open has none any more. */
  async received(caller: TenantContext, upload: UploadRow): Promise<UploadedPart[]> {
    if (upload.state !== 'open') return [];
    try {
      const parts = await this.parts.list(partedObject(caller.tenantId, upload));
      return parts.map(({ number, size }) => ({ number, size }));
    } catch (error) {
      // Somebody completes it just now, or the store has lost it: completing tells.
      if (error instanceof PartsLost) return [];
      throw error;
    }
  }

  /**
   * Signs addresses for parts.
   *
   * @throws FleetError UPLOAD_NOT_FOUND, CONFLICT when it is not open any more, VALIDATION_ERROR for parts it does not have
   */
  async partUrls(caller: TenantContext, id: Uuid, numbers: readonly number[]): Promise<PartUrls> {
    const upload = await this.register.getOpen(caller, id);
    const object = partedObject(caller.tenantId, upload);
    const seconds = Math.max(1, Math.min(SIGNED_S, Math.floor((upload.expiresAt.getTime() - Date.now()) / 1000)));
    const expiresAt = new Date(Date.now() + seconds * 1000);
    const urls = await Promise.all(
      numbers.map(async (number) => {
        const size = partLength(upload.size, number);
        return { number, size, url: await this.presigner.part(object, { number, length: size, seconds }) };
      }),
    );
    return { urls, expiresAt };
  }

  /**
   * Takes a part through us. Sent again it takes the place of the first one.
   *
   * @throws FleetError UPLOAD_NOT_FOUND, CONFLICT, VALIDATION_ERROR, and what bodies are refused for
   */
  async takePart(
    caller: TenantContext,
    { id, number }: { id: Uuid; number: number },
    body: Request,
  ): Promise<UploadedPart> {
    const upload = await this.register.getOpen(caller, id);
    const object = partedObject(caller.tenantId, upload);
    const size = partLength(upload.size, number);
    try {
      await this.bodies.read(body, size, (bytes) => this.parts.store(object, number, bytes));
      return { number, size };
    } catch (error) {
      if (error instanceof PartsLost) throw uploadNotFound();
      throw error;
    }
  }
}
