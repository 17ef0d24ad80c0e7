import { readFileSync } from 'node:fs';
import { allowedSkips } from './allowed-skips.mjs';

/**
 * Counts a run from Jest's JSON result. A file that could not be run counts as one failed test; in CI a skip without
 * an agreed reason counts as one, too.
 *
 * @param {string} file
 * @param {{strict: boolean}} options
 */
export function countResults(file, { strict }) {
  const result = read(file);
  if (!result) return { passed: 0, failed: 1, skipped: [], refused: [] };
  const skipped = result.testResults.flatMap(({ assertionResults }) =>
    assertionResults
      .filter(({ status }) => ['pending', 'todo', 'disabled'].includes(status))
      .map(({ fullName }) => fullName),
  );
  const refused = strict ? skipped.filter((name) => !allowedSkips.some(({ test }) => test.test(name))) : [];
  return {
    passed: result.numPassedTests,
    failed: result.numFailedTests + result.numRuntimeErrorTestSuites + refused.length,
    skipped: skipped.filter((name) => !refused.includes(name)),
    refused,
  };
}

/** Why a test may be skipped, if that is agreed. */
export function reasonFor(name) {
  return allowedSkips.find(({ test }) => test.test(name))?.reason;
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
