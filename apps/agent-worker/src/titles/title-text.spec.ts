import { titleIn, titleOf } from './title-text.js';

it.each([
  ['A walk in the park', 'A walk in the park'],
  ['"A walk in the park."', 'A walk in the park'],
  ['\n# Title: **Planning a trip**\nand more', 'Planning a trip'],
  ['Title: Planning', 'Planning'],
  ['  ', ''],
  ['"\'', ''],
  [`${'word '.repeat(40)}`, `${'word '.repeat(14)}word…`],
])('takes the title out of what a model wrote: %j', (text, title) => {
  expect(titleIn(text)).toBe(title);
});

it.each([
  [['hi', 'i am unhappy about my job. It is hard.'], 'I am unhappy about my job'],
  [['hi', 'hello!'], 'Hi'],
  [['one two three four five six seven eight'], 'One two three four five six seven…'],
  [['...', '🎉', ''], 'Conversation'],
  [[], 'Conversation'],
])('makes a title of what was said: %j', (texts, title) => {
  expect(titleOf(texts)).toBe(title);
});
