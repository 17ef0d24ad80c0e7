import { Busiest } from './busiest.js';
import { BoundedLabels } from './labels.js';

describe('a label', () => {
  it('says the words it knows, and "other" for all else', () => {
    const labels = new BoundedLabels<{ result: readonly string[] }>({ result: ['completed', 'failed'] });
    expect(labels.bounded({ result: 'failed' })).toEqual({ result: 'failed' });
    expect(labels.bounded({ result: 'sideways' })).toEqual({ result: 'other' });
  });

  it('takes so many texts of its own, and those for ever', () => {
    const labels = new BoundedLabels({ route: { atMost: 2 } });
    const told = ['/a', '/b', '/c', '/a', '/d', '/b'].map((route) => labels.bounded({ route }).route);
    expect(told).toEqual(['/a', '/b', 'other', '/a', 'other', '/b']);
  });
});

describe('the busiest', () => {
  it('are at most so many, the rest is one', () => {
    const busiest = new Busiest(2);
    for (const [who, times] of Object.entries({ a: 1, b: 7, c: 3, d: 2 })) busiest.note(who, times);
    expect([...busiest.top()]).toEqual([
      ['b', 7],
      ['c', 3],
      ['other', 3],
    ]);
  });

  it('are those of the last five minutes', () => {
    let now = 0;
    const busiest = new Busiest(5, () => now);
    busiest.note('early', 100);
    now = 120_000;
    busiest.note('late');
    now = 290_000;
    expect([...busiest.top().keys()]).toEqual(['early', 'late']);
    now = 310_000;
    expect([...busiest.top()]).toEqual([['late', 1]]);
    now = 10_000_000;
    expect(busiest.top().size).toBe(0);
  });

  it('are told from any number of others', () => {
    const busiest = new Busiest(3);
    for (let index = 0; index < 50_000; index++) busiest.note(`tenant-${index}`);
    const top = busiest.top();
    expect(top.size).toBe(4);
    expect([...top.values()].reduce((sum, times) => sum + times, 0)).toBe(50_000);
  });
});
