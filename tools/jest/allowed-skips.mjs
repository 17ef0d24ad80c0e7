/**
 * Tests that may be skipped in CI, each with its reason. Every other skip is a failure there.
 *
 * @type {{test: RegExp, reason: string}[]}
 */
export const allowedSkips = [
  {
    test: /live elsewhere when the folder is closed to the user that Postgres runs as/,
    reason: 'only under root does Postgres run as another user',
  },
];
