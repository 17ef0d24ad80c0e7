/** Whether this run takes its time (`npm run test:long`): random tests run longer, fillings are larger. */
export const LONG = process.env['TEST_LONG'] === '1';

/** The seed to repeat a random test with: what the failure printed, as `TEST_SEED`. */
export const SEED = process.env['TEST_SEED'] ? Number(process.env['TEST_SEED']) : undefined;
