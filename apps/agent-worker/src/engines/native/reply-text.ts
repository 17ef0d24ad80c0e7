/**
 * Cleans an answer while it streams, so that the pieces shown are exactly the reply that is stored: no white space
 * around it, no `Name:` before it, no character cut in two, nothing Postgres refuses (NUL, half characters).
 */
export class ReplyText {
  private shown = '';
  private held = '';
  /** Whether the opening was there, or cannot come any more. */
  private begun = false;

  /** `opening` is what models like to put before an answer without being asked, such as the agent's name. */
  constructor(private readonly opening = '') {}

  /** What may be shown now; what could still turn out to be the end, or the opening, is held back. */
  add(text: string): string {
    this.held += text.replaceAll('\0', '');
    if (this.shown === '') this.held = this.held.trimStart();
    if (!this.begun && !this.begin()) return '';
    const safe = this.held.slice(0, this.held.length - unfinished(this.held));
    this.held = this.held.slice(safe.length);
    return this.show(safe);
  }

  /** The rest of the answer, to be called once at its end. */
  finish(): string {
    const rest = this.held.trimEnd();
    this.held = '';
    return this.show(rest);
  }

  /** Everything shown so far. */
  get text(): string {
    return this.shown;
  }

  /** Takes the opening away; false while it cannot be told whether it is there. */
  private begin(): boolean {
    const found = this.held.startsWith(this.opening);
    if (!found && this.opening.startsWith(this.held)) return false;
    if (found) this.held = this.held.slice(this.opening.length).trimStart();
    this.begun = true;
    return true;
  }

  private show(text: string): string {
    const piece = text.replace(/\p{Surrogate}/gu, '\ufffd');
    this.shown += piece;
    return piece;
  }
}

/** The length of what may belong to the next piece: the first half of a character, and white space before it. */
function unfinished(text: string): number {
  const whole = /[\ud800-\udbff]$/.test(text) ? text.slice(0, -1) : text;
  return text.length - whole.trimEnd().length;
}
