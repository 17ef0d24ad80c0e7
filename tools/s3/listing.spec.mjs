import fc from 'fast-check';
import { byUtf8, listPage } from './listing.mjs';

const keys = fc.uniqueArray(
  fc.string({ unit: fc.constantFrom('a', 'b', '/', '\uff5e', '😀'), minLength: 1, maxLength: 6 }),
);

test('keys are ordered as their bytes are', () => {
  fc.assert(
    fc.property(keys, (list) => {
      const byBytes = [...list].sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
      expect([...list].sort(byUtf8)).toEqual(byBytes);
    }),
  );
});

test('pages together are the whole listing, in order and without repetition', () => {
  const wishes = fc.record({
    prefix: fc.constantFrom('', 'a', 'a/', 'b'),
    delimiter: fc.constantFrom('', '/', 'b'),
    limit: fc.integer({ min: 1, max: 4 }),
  });
  fc.assert(
    fc.property(keys, wishes, (list, wish) => {
      const sorted = [...list].sort(byUtf8);
      const whole = listPage(sorted, { ...wish, after: '', limit: Infinity });
      const found = { keys: [], prefixes: [] };
      let next = '';
      do {
        const page = listPage(sorted, { ...wish, after: next });
        expect(page.keys.length + page.prefixes.length).toBeLessThanOrEqual(wish.limit);
        found.keys.push(...page.keys);
        found.prefixes.push(...page.prefixes);
        next = page.next;
      } while (next !== undefined);
      expect(found).toEqual({ keys: whole.keys, prefixes: whole.prefixes });
      const rolledUp = list.filter((key) => whole.prefixes.some((prefix) => key.startsWith(prefix)));
      const matching = list.filter((key) => key.startsWith(wish.prefix));
      expect(new Set([...whole.keys, ...rolledUp])).toEqual(new Set(matching));
    }),
  );
});
