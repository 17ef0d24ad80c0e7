const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';
const named = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/**
 * Renders a document. Objects become nested elements, arrays repeat their element, undefined is left out.
 * @param {string} root name of the outermost element
 * @param {object} content
 * @param {{ plain?: boolean }} [options] `plain` leaves the namespace away, as S3 does in errors
 */
export function toXml(root, content, { plain = false } = {}) {
  const attribute = plain ? '' : ` xmlns="${namespace}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${attribute}>${inner(content)}</${root}>`;
}

function inner(value) {
  if (value === null || typeof value !== 'object') return escape(String(value));
  return Object.entries(value)
    .map(([name, child]) => element(name, child))
    .join('');
}

function element(name, value) {
  if (value === undefined) return '';
  if (Array.isArray(value)) return value.map((item) => element(name, item)).join('');
  return `<${name}>${inner(value)}</${name}>`;
}

// Control characters are legal in keys. A carriage return would be read back as a line feed unless it is a reference.
function escape(text) {
  return text.replace(/[<>&"'\u0000-\u001f]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/**
 * The contents of every element of that name, as they stand. Enough for the two flat documents clients send us.
 * @param {string} text
 * @param {string} name
 */
export function elementsOf(text, name) {
  return [...text.matchAll(new RegExp(`<${name}(?:\\s[^>]*)?>([\\s\\S]*?)</${name}>`, 'g'))].map((match) => match[1]);
}

/**
 * The decoded text of the first element of that name, or undefined.
 * @param {string} text
 * @param {string} name
 */
export function textOf(text, name) {
  const [found] = elementsOf(text, name);
  return found?.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(lt|gt|amp|quot|apos));/gi, (_, hex, decimal, word) => {
    if (word) return named[word.toLowerCase()];
    return String.fromCodePoint(hex ? parseInt(hex, 16) : Number(decimal));
  });
}
