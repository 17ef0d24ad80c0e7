/** What an attempt is after. */
export type Kind = 'read' | 'write' | 'list' | 'search' | 'subscribe' | 'media';

/**
 * What is tried at a door with ids that are not the caller's. Those in its path are put there by themselves. `Ids` names
 * one thing of each kind that the application knows.
 */
export interface Attempt<Ids> {
  kind: Kind;
  /** JSON, or a form. */
  body?: (ids: Ids, own: Ids) => object;
  query?: (ids: Ids, own: Ids) => Record<string, string>;
  /** Beside the attacker's own. */
  headers?: Record<string, string>;
  /** It makes something under a foreign id, in the caller's own tenant: tried last, so that others still miss it. */
  makes?: true;
}

/** Whatever can be tried, by the door it is tried at. */
export type Attempts<Ids> = Record<string, Attempt<Ids>[]>;

/** Who tries, and at whose things. */
export interface Attacker<Ids> {
  headers: Record<string, string>;
  own: Ids;
  foreign: Ids;
}

/** One after another; attempts that leave something under a foreign id come last. */
export function inOrder<Ids>(attempts: Attempts<Ids>): [door: string, attempt: Attempt<Ids>][] {
  const all = Object.entries(attempts).flatMap(([door, list]) =>
    list.map((attempt) => [door, attempt] as [string, Attempt<Ids>]),
  );
  return [...all.filter(([, { makes }]) => !makes), ...all.filter(([, { makes }]) => makes)];
}
