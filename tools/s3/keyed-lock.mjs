/** Lets work on the same key run one after the other, and work on different keys at the same time. */
export class KeyedLock {
  #tails = new Map();

  /**
   * @template T
   * @param {string} key
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  async run(key, work) {
    const result = (this.#tails.get(key) ?? Promise.resolve()).then(work);
    // The next in line waits for the end of this work, not for its success.
    const tail = result.then(
      () => {},
      () => {},
    );
    this.#tails.set(key, tail);
    try {
      return await result;
    } finally {
      if (this.#tails.get(key) === tail) this.#tails.delete(key);
    }
  }
}
