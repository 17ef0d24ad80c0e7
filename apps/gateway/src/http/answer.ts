/** ElizaOS's envelope of a success: its client hands `data` to the caller. */
export interface Answer<T> {
  success: true;
  data: T;
}

/** Puts an answer into ElizaOS's envelope. */
export function answer<T>(data: T): Answer<T> {
  return { success: true, data };
}
