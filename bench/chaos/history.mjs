import { writeFileSync } from 'node:fs';

/** All that clients and nemesis did and heard, in the order of this process. */
export class History {
  events = [];
  #begun = performance.now();

  /** Notes an event: `who` it happened to, `what`, and what else belongs to it. */
  note(who, what, more = {}) {
    this.events.push({ at: Math.round(performance.now() - this.#begun), who, what, ...more });
  }

  /** Milliseconds since it began. */
  get now() {
    return Math.round(performance.now() - this.#begun);
  }

  of(what) {
    return this.events.filter((event) => event.what === what);
  }

  /** One event a line. */
  save(file) {
    writeFileSync(file, this.events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  }
}
