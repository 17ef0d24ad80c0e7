import fc from 'fast-check';
import { ReplyText } from './reply-text.js';

/** The pieces shown of an answer that comes in the given chunks. */
function show(chunks: string[], opening?: string): string[] {
  const reply = new ReplyText(opening);
  const pieces = [...chunks.map((chunk) => reply.add(chunk)), reply.finish()].filter((piece) => piece !== '');
  expect(pieces.join('')).toBe(reply.text);
  return pieces;
}

describe('the text of a reply', () => {
  test('has no white space around it, and none is shown too early', () => {
    expect(show(['\n ', ' Good', ' day ', '\n', 'to you', ' \n', '\n'])).toEqual(['Good', ' day', ' \nto you']);
    expect(show([' ', '\n'])).toEqual([]);
  });

  test('never shows half a character', () => {
    expect(show(['a\ud83d', '\ude42b'])).toEqual(['a', '🙂b']);
    expect(show(['a\ud83d', 'b', '\ude42', 'c\ud83d'])).toEqual(['a', '\ufffdb', '\ufffd', 'c', '\ufffd']);
    expect(show(['a\0b'])).toEqual(['ab']);
  });

  test('drops the name before an answer, however it is cut', () => {
    expect(show(['A', 'da', ':', ' Good day'], 'Ada:')).toEqual(['Good day']);
    expect(show([' Ada: Ada: hi'], 'Ada:')).toEqual(['Ada: hi']);
    expect(show(['Ad', 'mirable'], 'Ada:')).toEqual(['Admirable']);
    expect(show([' Ada'], 'Ada:')).toEqual(['Ada']);
  });

  test('is the same however an answer is cut into chunks', () => {
    const text = fc.string({ unit: fc.constantFrom('a', ' ', '\n', '🙂', 'Ada:', 'é') });
    fc.assert(
      fc.property(text, fc.array(fc.nat(30)), (whole, cuts) => {
        const edges = [0, ...cuts.filter((cut) => cut < whole.length).sort((a, b) => a - b), whole.length];
        const chunks = edges.slice(1).map((edge, index) => whole.slice(edges[index], edge));
        expect(show(chunks, 'Ada:').join('')).toBe(show([whole], 'Ada:').join(''));
      }),
    );
  });
});
