/** Something the user can mend: shown as one sentence, without a stack. */
export class LaunchError extends Error {
  /** @param {string} message @param {string[]} [details] lines shown below the sentence, such as the end of a log */
  constructor(message, details = []) {
    super(message);
    this.name = 'LaunchError';
    this.details = details;
  }
}
