/**
 * How the server treats one request. Written as a word, so that it fits into a model name, a header or a queue:
 *
 * - `answer`: the reply in a few chunks; `slow-50`: with 50 ms before each chunk
 * - `error-429`: that status with an error body
 * - `error-in-stream`: an error event after the first chunk; `broken`: the connection is cut there;
 *   `cut`: the stream ends there in good order, but without a finish reason
 * - `hang`: accepted and never answered; `hang-in-stream`: nothing more after the first chunk
 * - `empty`: an answer without text; `filtered`: the same, with the reason `content_filter`
 * - `malformed`: an event that is not JSON; `endless`: text that never ends
 */
export type Behaviour =
  { kind: 'answer'; delayMs: number } | { kind: 'error'; status: number } | { kind: (typeof PLAIN)[number] };

const PLAIN = [
  'error-in-stream',
  'broken',
  'cut',
  'hang',
  'hang-in-stream',
  'empty',
  'filtered',
  'malformed',
  'endless',
] as const;

/** Reads a behaviour; nothing when the word is not one, such as the name of an ordinary model. */
export function parseBehaviour(word: string): Behaviour | undefined {
  if (word === 'answer') return { kind: 'answer', delayMs: 0 };
  const slow = /^slow-(\d+)$/.exec(word);
  if (slow) return { kind: 'answer', delayMs: Number(slow[1]) };
  const error = /^error-(\d{3})$/.exec(word);
  if (error) return { kind: 'error', status: Number(error[1]) };
  const kind = PLAIN.find((plain) => plain === word);
  return kind ? { kind } : undefined;
}
