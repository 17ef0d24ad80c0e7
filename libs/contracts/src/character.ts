/** A JSON value, as it travels and as Postgres keeps it. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** A JSON object. */
export type JsonObject = { [key: string]: Json };

/** One line of an example conversation of a character. */
export interface ExampleLine {
  name?: string;
  user?: string;
  content: { text?: string; [key: string]: Json | undefined };
}

/**
 * An ElizaOS character file. Unknown keys are kept and handed back as they came, so an ElizaOS character round-trips.
 * Secrets are never part of it: they are taken out on arrival and kept encrypted.
 */
export interface Character {
  name: string;
  username?: string;
  system?: string;
  bio?: string | string[];
  messageExamples?: ExampleLine[][];
  postExamples?: string[];
  topics?: string[];
  adjectives?: string[];
  style?: { all?: string[]; chat?: string[]; post?: string[] };
  knowledge?: Json[];
  plugins?: string[];
  settings?: { [key: string]: Json };
  [key: string]: unknown;
}
