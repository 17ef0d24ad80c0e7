import { table } from './csv.js';

it('writes rows so that others read what was meant', () => {
  const rows = [
    { name: 'plain', value: 1 },
    { name: 'with, comma and "quotes"', value: -2 },
    { name: 'two\nlines', value: null },
  ];
  expect(table(['name', 'value'], rows)).toBe(
    'name,value\r\nplain,1\r\n"with, comma and ""quotes""",-2\r\n"two\nlines",\r\n',
  );
});

it('keeps spreadsheets from running what a caller chose', () => {
  expect(table(['name'], [{ name: '=HYPERLINK("x")' }, { name: '@cmd' }])).toBe(
    `name\r\n"'=HYPERLINK(""x"")"\r\n'@cmd\r\n`,
  );
});

it('tells times in ISO 8601', () => {
  expect(table(['at'], [{ at: new Date(0) }])).toBe('at\r\n1970-01-01T00:00:00.000Z\r\n');
});
