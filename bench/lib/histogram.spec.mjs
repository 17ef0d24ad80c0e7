import { Histogram } from './histogram.mjs';

test('quantiles are exact to 1.6 % over eight powers of ten', () => {
  for (const unit of [0.01, 1, 100, 10_000]) {
    const histogram = new Histogram();
    for (let number = 1; number <= 1000; number += 1) histogram.record(number * unit);
    for (const part of [0.5, 0.9, 0.99]) {
      const exact = part * 1000 * unit;
      expect(Math.abs(histogram.at(part) - exact) / exact).toBeLessThan(0.017);
    }
    expect(histogram.at(1)).toBeCloseTo(1000 * unit, 1);
    expect(histogram.count).toBe(1000);
  }
});

test('an empty one has no quantiles', () => {
  expect(new Histogram().summary()).toEqual({ count: 0, p50: null, p90: null, p99: null, p999: null, max: null });
});
