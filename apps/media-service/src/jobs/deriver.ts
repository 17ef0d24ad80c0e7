import type { JsonObject } from '@app/contracts';

/** A file made of another. */
export interface MadeFile {
  /** What its name has behind the name of the original. */
  suffix: string;
  /** The ending of its name. */
  ending: string;
  type: string;
  body: Buffer;
}

/** What was made of a file. */
export interface Made {
  files: MadeFile[];
  facts: JsonObject;
  /** What it says, for the knowledge of agents. */
  words?: string;
}

/**
 * Makes something of files of some types: the same each time it is asked. Throws FleetError FILE_REFUSED for a file that
 * nothing can be made of, which is not tried again; whatever else it throws is.
 */
export interface Deriver {
  /** Whether it knows what to do with files of this type, here. */
  knows(type: string): boolean;
  derive(original: { type: string; bytes: Buffer }, signal: AbortSignal): Promise<Made>;
}
