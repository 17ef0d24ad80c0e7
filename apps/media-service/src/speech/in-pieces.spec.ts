import { inPieces } from './in-pieces.js';

test('a short text stays whole, an empty one says nothing', () => {
  expect(inPieces(' Hello there. ', 40)).toEqual(['Hello there.']);
  expect(inPieces('  ', 40)).toEqual([]);
});

test('pieces end at sentences, else at clauses, else between words', () => {
  expect(inPieces('One two. Three four! Five six?', 22)).toEqual(['One two. Three four!', 'Five six?']);
  expect(inPieces('one two, three four five', 14)).toEqual(['one two,', 'three four', 'five']);
  expect(inPieces('He said “no.” Then he left us.', 18)).toEqual(['He said “no.”', 'Then he left us.']);
});

test('a word without end is cut, but no character', () => {
  expect(inPieces('abcdefgh', 3)).toEqual(['abc', 'def', 'gh']);
  expect(inPieces('a😀b', 2)).toEqual(['a', '😀', 'b']);
});
