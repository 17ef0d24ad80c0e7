import fc from 'fast-check';

/** One step of a random history. Numbers choose among what there is at that moment. */
export const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('accept'), channel: fc.nat(2), calls: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('repeat'), pick: fc.nat() }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('claim'), pick: fc.nat(), sane: often() }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('settle'),
      pick: fc.nat(),
      sane: often(),
      older: fc.nat(4),
      result: fc.constantFrom(
        'completed' as const,
        'completed' as const,
        'failed' as const,
        'retry' as const,
        'cancelled' as const,
      ),
      calls: fc.nat(3),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('renew'), pick: fc.nat(), older: fc.nat(4) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('lease ends'), pick: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('sweep') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('release') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('release again') }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('revive'), pick: fc.nat(), sane: often() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('discard'), pick: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('stop'), pick: fc.nat(), agent: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete message'), pick: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('clear'), channel: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('stop or start'), agent: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('leave or join'), channel: fc.nat(2), agent: fc.nat(1) }) },
);
export type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function often(): fc.Arbitrary<boolean> {
  return fc.nat(4).map((n) => n > 0);
}

/** The agents of a random history. */
export const NAMES = ['Ada', 'Bob'];

/** Those of them that a message calls, one per bit. */
export function names(calls: number): string[] {
  return NAMES.filter((_, index) => calls & (1 << index));
}
