/**
 * Tests that may be skipped in CI, each with its reason. Every other skip is a failure there.
 *
 * @type {{test: RegExp, reason: string}[]}
 */
export const allowedSkips = [];
