/** Throws that are the same for the same seed. */
export class Dice {
  #state;

  constructor(seed) {
    this.#state = Number(seed) >>> 0;
  }

  /** A whole number from 0 to below `sides`. */
  throw(sides) {
    return Math.floor(this.#next() * sides);
  }

  /** One of these. */
  pick(items) {
    return items[this.throw(items.length)];
  }

  /** A number from `from` to below `to`. */
  between(from, to) {
    return from + this.#next() * (to - from);
  }

  /** Dice of their own that follow from these by name: what is thrown there changes nothing here. */
  named(name) {
    let seed = this.#state;
    for (const letter of name) seed = (Math.imul(seed, 31) + letter.codePointAt(0)) >>> 0;
    return new Dice(seed);
  }

  #next() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}
