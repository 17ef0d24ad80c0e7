import type { Uuid } from '@app/contracts';

/** A turn that may be claimed now: what the queue is told. */
export interface Release {
  turnId: Uuid;
  attempt: number;
  releaseNo: number;
  /** The tenant's turns in flight: lower goes first. */
  priority: number;
}
