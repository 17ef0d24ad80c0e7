import type { ClusterOptions } from '@app/testing';
import { ServedFleet } from './served-fleet.js';
import { Visitor } from './visitor.js';

/** What the tests of one file share. */
export interface Opened {
  fleet: ServedFleet;
  visitor: Visitor;
}

/** Starts a fleet before the tests of a file, lets a visitor arrive and prepares; shows where each test led. */
export function opened(
  prepare: (opened: Opened) => Promise<void> = async () => undefined,
  options: ClusterOptions = {},
): Opened {
  const at = {} as Opened;
  beforeAll(async () => {
    at.fleet = await ServedFleet.start(options);
    at.visitor = await Visitor.arrive(at.fleet.address);
    await prepare(at);
  }, 90_000);
  afterEach(() => at.visitor?.show(expect.getState().currentTestName!));
  afterAll(async () => {
    await at.visitor?.leave();
    await at.fleet?.close();
  });
  return at;
}
