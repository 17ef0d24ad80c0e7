import type { Uuid } from '../ids.js';

/** What has become of an answer. */
export class CancelledAnswer {
  /** Who was to answer. */
  agentId: Uuid;
  /**
   * `cancelled`: it is over. `stopping`: it was being made; what was said of it so far comes as a message in a moment.
   * `completed`, `failed` and `discarded`: it was over before.
   */
  state: string;
}

/** What has become of the answers to a message. */
export class CancelledAnswers {
  channelId: Uuid;
  messageId: Uuid;
  /** None where no agent owed one. */
  answers: CancelledAnswer[];
}
