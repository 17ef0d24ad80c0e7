import type { Uuid } from '../ids.js';

/** What was said in a recording. */
export class Transcription {
  text: string;
  /** Such as `de`, where it is known. */
  language?: string;
  durationSeconds?: number;
}

/** What was said in a recording, as ElizaOS's older route tells it. */
export class AudioMessage {
  transcription: string;
  message: string;
}

/** Speech within JSON. */
export class WholeSpeech {
  /** In base64. */
  audio: string;
  /** mp3, wav or ogg. */
  format: string;
}

/** What an answer in speech was an answer to, and where it stands. */
export class SpokenReplyFacts {
  /** What was said in the recording. */
  transcription: string;
  /** Of the speech: mp3, wav or ogg. */
  format: string;
  channelId: Uuid;
  /** Of the message that was made of the recording. */
  messageId: Uuid;
}

/** An agent's answer to a recording. */
export class SpokenReplyView {
  text: string;
  /** The answer as speech, in base64. */
  audio: string;
  metadata: SpokenReplyFacts;
}

/** {@link WholeSpeech} in its envelope. */
export class WholeSpeechAnswer {
  success: true;
  data: WholeSpeech;
}

/** {@link SpokenReplyView} in its envelope. */
export class SpokenReplyAnswer {
  success: true;
  data: SpokenReplyView;
}
