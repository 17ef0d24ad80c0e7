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
  {
    test: /^in the web UI, /,
    reason: 'it takes Chromium and the web UI of ElizaOS, which npm run test:ui fetches',
  },
  {
    test: /behind PgBouncer in transaction mode/,
    reason: "PgBouncer is fetched from Debian's servers, which cannot be reached from everywhere",
  },
  {
    test: /^every alert fires when it has to, and none when all is well/,
    reason: "it takes promtool, of Debian's package prometheus",
  },
  {
    test: /^an overlay (keeps|is found out)/,
    reason: 'it takes kubectl, which renders the overlays',
  },
];
