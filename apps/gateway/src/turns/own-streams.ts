import { replyId, type Uuid } from '@app/contracts';

/** More attempts and replies of a turn than these are not told apart from those of others. */
const ATTEMPTS = 20;
const REPLIES = 4;

/** Tells the streams of some turns from those of others in the same channel: a stream's id follows from its turn. */
export class OwnStreams {
  private readonly known = new Map<Uuid, boolean>();

  /** Whether the stream belongs to one of these turns. */
  has(streamId: Uuid, turnIds: Uuid[]): boolean {
    const known = this.known.get(streamId);
    if (known !== undefined) return known;
    const own = turnIds.some((turnId) => isOf(turnId, streamId));
    this.known.set(streamId, own);
    return own;
  }
}

function isOf(turnId: Uuid, streamId: Uuid): boolean {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    for (let ordinal = 0; ordinal < REPLIES; ordinal++) {
      if (replyId(turnId, attempt, ordinal) === streamId) return true;
    }
  }
  return false;
}
