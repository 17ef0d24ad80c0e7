import { newId } from '@app/contracts';
import { until } from '@app/testing';
import { pdfWords } from '../src/jobs/pdf-words.js';
import { TestMedia, type SentFile } from './test-media.js';
import { zipOf } from './zip.js';

const agent = newId();
const NEVER_ABORTED = new AbortController().signal;

let media: TestMedia;
beforeAll(async () => {
  media = await TestMedia.start({ DERIVATION_INTERVAL_MS: '50' });
});
afterAll(() => media.close());

/** What came of a document. */
async function read(file: SentFile): Promise<{ state: string; words: string | null; facts: object }> {
  const path = await media.uploaded(agent, file);
  return until('something was made of it', async () => {
    const found = (await media.send(`/api/media/derived?path=${path}`)).body.data;
    return ['done', 'dead'].includes(found.state) && found;
  });
}

/** A PDF of one page with these lines, as it is written by hand. */
function pdfOf(lines: string[]): Buffer {
  const content = `BT /F1 12 Tf 50 750 Td ${lines.map((line) => `(${line}) Tj 0 -20 Td`).join(' ')} ET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  let text = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(offset).padStart(10, '0')} 00000 n \n`;
  });
  const table = `xref\n0 6\n0000000000 65535 f \n${offsets.join('')}`;
  return Buffer.from(`${text}${table}trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF`);
}

/** An office document with one file of words. */
function officeOf(name: string, type: string, xml: string): SentFile {
  const types = `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/${name}" ContentType="${type}.main+xml"/></Types>`;
  const bytes = zipOf([
    { name: '[Content_Types].xml', bytes: types },
    { name: '_rels/.rels', bytes: '<Relationships/>' },
    { name, bytes: `<?xml version="1.0"?>${xml}` },
  ]);
  return { bytes, name: 'a', type };
}

const WORD = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
const wordOf = (body: string): SentFile => officeOf('word/document.xml', WORD, `<w:document>${body}</w:document>`);

test('a PDF gives its words, and how many pages it has', async () => {
  const { state, words, facts } = await read({ bytes: pdfOf(['Good day', 'to you']), name: 'a.pdf' });
  expect([state, words, facts]).toEqual(['done', 'Good day\nto you', { characters: 15, cut: false, pages: 1 }]);
});

test('a Word document gives its words', async () => {
  const { state, words } = await read(
    wordOf(
      '<w:p><w:r><w:t>Good &amp; new</w:t></w:r><w:r><w:tab/><w:t>day</w:t></w:r></w:p><w:p><w:t>to you</w:t></w:p><w:x>no</w:x>',
    ),
  );
  expect([state, words]).toEqual(['done', 'Good & new\tday\nto you']);
});

test('an OpenDocument text gives its words', async () => {
  const type = 'application/vnd.oasis.opendocument.text';
  const content =
    '<office:document-content><text:h>Title</text:h><text:p>Good <text:span>day</text:span></text:p></office:document-content>';
  const bytes = zipOf([
    { name: 'mimetype', bytes: type, store: true },
    { name: 'content.xml', bytes: content },
  ]);
  const { state, words } = await read({ bytes, name: 'a.odt', type });
  expect([state, words]).toEqual(['done', 'Title\nGood day']);
});

test.each<[string, SentFile]>([
  ['a PDF that is none', { bytes: '%PDF-1.7\nnothing of the sort', name: 'a.pdf' }],
  ['a document whose XML is broken', wordOf('<w:p><w:t>Good')],
  ['a document with entities of its own', wordOf('<w:p><w:t>&lol;</w:t></w:p>')],
])('%s is left alone, for good', async (_, file) => {
  const path = await media.uploaded(agent, file);
  const name = path.split('/').at(-1);
  const [row] = await until('it was given up', async () => {
    const rows = await media.db.asSuperuser<{ attempt: number; fault: string }>(
      `select d.attempt, d.fault from media_derivations d join media m on m.id = d.media_id
        where m.file = $1 and d.state = 'dead'`,
      [name],
    );
    return rows.length > 0 && rows;
  });
  expect(row).toMatchObject({ attempt: 1, fault: expect.stringContaining('cannot be read') });
});

test('a document that takes too long is ended with its thread', async () => {
  const bytes = pdfOf(Array<string>(40_000).fill('many words and more'));
  const began = performance.now();
  await expect(pdfWords(bytes, 1_000_000_000, AbortSignal.timeout(50))).rejects.toMatchObject({
    code: 'FILE_REFUSED',
    message: 'The document takes too long to read',
  });
  expect(performance.now() - began).toBeLessThan(5_000);
  expect((await pdfWords(pdfOf(['well']), 100, NEVER_ABORTED)).words.trim()).toBe('well');
});
