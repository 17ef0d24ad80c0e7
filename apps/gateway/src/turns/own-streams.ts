import { replyId, type Uuid } from '@app/contracts';

/** More attempts and replies of a turn than these are not told apart from those of others. */
const ATTEMPTS = 20;
const REPLIES = 4;

/** Which attempt of which turn says something. */
export interface Source {
  turnId: Uuid;
  attempt: number;
}

/** Tells the streams of some turns from those of others in the same channel: a stream's id follows from its turn. */
export class OwnStreams {
  private readonly known = new Map<Uuid, Source | undefined>();

  /** Where a stream comes from; undefined when it belongs to none of these turns. */
  sourceOf(streamId: Uuid, turnIds: Uuid[]): Source | undefined {
    if (!this.known.has(streamId)) this.known.set(streamId, findSource(streamId, turnIds));
    return this.known.get(streamId);
  }
}

function findSource(streamId: Uuid, turnIds: Uuid[]): Source | undefined {
  for (const turnId of turnIds) {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      for (let ordinal = 0; ordinal < REPLIES; ordinal++) {
        if (replyId(turnId, attempt, ordinal) === streamId) return { turnId, attempt };
      }
    }
  }
  return undefined;
}
