const COOKIE = 'eliza_gateway';
const DOWN_FOR = 1000;
const MOST_SESSIONS = 100_000;

/**
 * Which gateway a request belongs to. An Engine.IO session lives in the memory of one gateway, so its requests must go
 * where it was opened: by its `sid`, which the front door has read from the handshake, or by a cookie.
 * Everything else goes around in turn.
 */
export class Targets {
  #targets;
  #next = 0;
  /** @type {Map<string, object>} sid to target, the longest unused first */
  #sessions = new Map();

  /** @param {string[]} urls */
  constructor(urls) {
    this.#targets = urls.map((text, index) => {
      const { hostname, port } = new URL(text);
      return { number: index + 1, host: hostname.replace(/^\[|\]$/g, ''), port: Number(port), downUntil: 0 };
    });
  }

  /** All gateways, the best for this request first, those that were down a moment ago last. */
  inOrder(request) {
    const bound = this.#ofSession(sessionOf(request)) ?? this.#ofCookie(request);
    const start = this.#next;
    this.#next = (start + 1) % this.#targets.length;
    const around = this.#targets.map((_, index) => this.#targets[(start + index) % this.#targets.length]);
    const now = Date.now();
    const rank = (target) => (target.downUntil > now ? 2 : target === bound ? 0 : 1);
    return around.sort((one, other) => rank(one) - rank(other));
  }

  markDown(target) {
    target.downUntil = Date.now() + DOWN_FOR;
  }

  markUp(target) {
    target.downUntil = 0;
  }

  /** Binds a session to the gateway that opened it. */
  bind(sid, target) {
    this.#sessions.delete(sid);
    this.#sessions.set(sid, target);
    if (this.#sessions.size > MOST_SESSIONS) this.#sessions.delete(this.#sessions.keys().next().value);
  }

  #ofSession(sid) {
    const target = sid && this.#sessions.get(sid);
    if (target) this.bind(sid, target);
    return target;
  }

  #ofCookie({ headers }) {
    const value = new RegExp(`(?:^|;\\s*)${COOKIE}=(\\d+)`).exec(headers.cookie ?? '')?.[1];
    return this.#targets[Number(value) - 1];
  }
}

/** The cookie that leads a client back to a gateway. */
export function cookieFor(target) {
  return `${COOKIE}=${target.number}; Path=/; HttpOnly; SameSite=Lax`;
}

/** Whether a request opens an Engine.IO session. */
export function isHandshake(request) {
  const query = queryOf(request);
  return query.has('EIO') && !query.has('sid');
}

/** The session id that a polling handshake answers with: `0{"sid":"…",…}`. */
export function sidIn(text) {
  return /^0\{"sid":"([^"]+)"/.exec(text)?.[1];
}

function sessionOf(request) {
  return queryOf(request).get('sid');
}

function queryOf({ url }) {
  return new URLSearchParams(url.slice(url.indexOf('?') + 1 || url.length));
}
