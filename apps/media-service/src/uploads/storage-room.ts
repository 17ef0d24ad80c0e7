import { FleetError } from '@app/contracts';
import type { TenantContext } from '@app/identity';
import { MediaPath, PlanBook, quotaExceeded } from '@app/persistence';
import { Inject, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { MediaEnv } from '../env.js';

/** How large the one file of a form may be. */
export interface Room {
  maxBytes: number;
  /** What whoever sends more is told. */
  tooLarge: () => FleetError;
}

/** What a form holds beside its file, at most: its fields, and the heads of its parts. */
const BESIDE_THE_FILE = 128 * 1024;

/** How much of a file is taken in: what any upload may bring, and no more than its tenant may still store. */
@Injectable()
export class StorageRoom {
  constructor(
    @Inject(PlanBook) private readonly plans: PlanBook,
    @Inject(MediaPath) private readonly media: MediaPath,
    @Inject(MediaEnv) private readonly env: MediaEnv,
  ) {}

  /**
   * The room for a file that this request brings, before anything of it is read. It is not held: who reserves it finds
   * out whether it is still there.
   *
   * @throws FleetError QUOTA_EXCEEDED when the request says itself that it brings more than the tenant may store
   */
  async forFile({ tenantId }: TenantContext, request: Request): Promise<Room> {
    const most = this.env.UPLOAD_MAX_MB * 1024 * 1024;
    const announced = Number(request.headers['content-length'] ?? Infinity);
    const usual = {
      maxBytes: Math.min(most, announced),
      tooLarge: () => new FleetError('PAYLOAD_TOO_LARGE', `The file is larger than ${this.env.UPLOAD_MAX_MB} MB`),
    };
    const { quotas } = await this.plans.planOf(tenantId);
    if (quotas.storageBytes === undefined) return usual;
    const left = (await this.media.roomLeft(tenantId)) ?? Infinity;
    if (left <= 0 || (announced < Infinity && announced - BESIDE_THE_FILE > left)) throw quotaExceeded('storageBytes');
    return left < usual.maxBytes ? { maxBytes: left, tooLarge: () => quotaExceeded('storageBytes') } : usual;
  }
}
