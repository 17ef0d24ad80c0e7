import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { DOT, type SentFile } from '../test-media.js';
import { zipOf } from '../zip.js';

/** A file that must not be shown, and how it is refused. */
export type Refused = [what: string, file: SentFile, status: number, code: string];

/** A file that may be stored, and the type it may at most be served as. */
export type Tamed = [what: string, file: SentFile, type: string, disposition: 'inline' | 'attachment'];

const png = (bytes: Buffer | string, name = 'a.png'): SentFile => ({ bytes, name, type: 'image/png' });
const text = (bytes: Buffer | string, name = 'a.txt'): SentFile => ({ bytes, name, type: 'text/plain' });
const hex = (start: string, length = 300): Buffer => Buffer.concat([Buffer.from(start, 'hex'), randomBytes(length)]);

const SCRIPT = '<script>alert(document.domain)</script>';
const SVG = `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">${SCRIPT}</svg>`;
const BOMB = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>';
const ZEROS = Buffer.alloc(60 * 1024 * 1024);

const HUGE = { uncompressedSize: 0xffff_fff0 };
const TINY = { uncompressedSize: 10 };
const WITHIN = zipOf([{ name: 'a', bytes: 'words' }]);
const zip = (...files: Parameters<typeof zipOf>[0]): SentFile => ({ bytes: zipOf(files), name: 'a.zip' });

/** What a PNG says of its size, whatever is in it. */
function pngOf(width: number, height: number): Buffer {
  const bytes = Buffer.from(DOT);
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
}

function gifOf(width: number, height: number): Buffer {
  const bytes = Buffer.from('R0lGODlhAQABAIAAAP///wAAACH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==', 'base64');
  // Of the whole picture, and of its first frame.
  for (const [at, side] of [6, 32].flatMap(
    (place) =>
      [
        [place, width],
        [place + 2, height],
      ] as const,
  )) {
    bytes.writeUInt16LE(side, at);
  }
  return bytes;
}

const mismatch = (what: string, file: SentFile): Refused => [what, file, 415, 'UNSUPPORTED_MEDIA_TYPE'];
const broken = (what: string, file: SentFile): Refused => [what, file, 422, 'FILE_REFUSED'];

/** Files that are refused whichever way they come. */
export const REFUSED: Refused[] = [
  mismatch('a page as a picture', png(`<!doctype html><html>${SCRIPT}</html>`)),
  mismatch('a page as a text', text(`<html><body>${SCRIPT}</body></html>`)),
  mismatch('a page behind a mark of its byte order', text(`\uFEFF<html>${SCRIPT}</html>`)),
  mismatch('a page behind blanks and remarks', text(` \n\t<!-- nothing here --><!-- --> <body>${SCRIPT}`)),
  mismatch('a page in UTF-16', text(Buffer.from(`\uFEFF<html>${SCRIPT}</html>`, 'utf16le'))),
  mismatch('a page as sound', { bytes: `<html>${SCRIPT}`, name: 'a.mp3', type: 'audio/mpeg' }),
  mismatch('a page as a document', { bytes: `<html>${SCRIPT}`, name: 'a.pdf', type: 'application/pdf' }),
  mismatch('a script alone', text(SCRIPT)),
  mismatch('a frame', text('<iframe src="javascript:alert(1)"></iframe>')),
  mismatch('a drawing with a script as a picture', png(SVG)),
  mismatch('a drawing with a script as itself', { bytes: SVG, name: 'a.svg', type: 'image/svg+xml' }),
  mismatch('a drawing with a script behind an XML head', text(`<?xml version="1.0"?>${SVG}`)),
  mismatch('an XML document that unfolds without end', text(BOMB, 'a.xml')),
  mismatch('a program of a web server', text('<?php system($_GET[0]); ?>', 'a.php')),
  mismatch('a program for Windows', png(hex('4d5a90000300000004000000ffff0000'))),
  mismatch('a program for Linux', png(hex('7f454c46020101000000000000000000'))),
  mismatch('a program for macOS', png(hex('cffaedfe07000001030000000200000010000000'))),
  mismatch('a class for Java', png(hex('cafebabe00000034'))),
  mismatch('a module for browsers', png(hex('0061736d01000000'))),
  mismatch('a link for Windows', png(hex('4c0000000114020000000000c000000000000046'))),
  mismatch('an installer for Windows', png(hex('d0cf11e0a1b11ae1000000000000000000000000'))),
  mismatch('a film of Flash', png(hex('4357530a'))),
  mismatch('a program for printers', text('%!PS-Adobe-3.0\n(/etc/passwd) (r) file', 'a.ps')),
  mismatch('a text with objects in it', text('{\\rtf1{\\object\\objocx}}', 'a.rtf')),
  mismatch('a picture with layers of pages', png(hex('49492a0008000000'))),
  mismatch('a picture of windows', png(hex('424d46000000000000003600000028000000'))),
  mismatch('a packed file that nobody looks into', png(gzipSync('words'))),
  mismatch('another packed file that nobody looks into', png(hex('377abcaf271c0004'))),
  mismatch('a third packed file that nobody looks into', png(hex('526172211a070100'))),
  mismatch('a single byte that is none', png(Buffer.alloc(1))),
  mismatch('noise', png(Buffer.concat([Buffer.from([0, 1, 2, 3]), randomBytes(2_000)]))),
  mismatch('a text with bytes that no text has', text('words\0words')),
  mismatch('sound as a picture', png(hex('524946462400000057415645666d7420'))),
  mismatch('a film as a picture', png(hex('000000186674797069736f6d0000020069736f6d6d703431'))),
  mismatch('an archive as sound', { bytes: zipOf([{ name: 'a', bytes: 'a' }]), name: 'a.mp3', type: 'audio/mpeg' }),
  mismatch('a document as a film', { bytes: '%PDF-1.7\n1 0 obj', name: 'a.mp4', type: 'video/mp4' }),
  broken('a picture that breaks off', png(DOT.subarray(0, 40))),
  broken('a picture with a script for a body', { bytes: `GIF89a=1;/*${SCRIPT}*/`, name: 'a.gif', type: 'image/gif' }),
  broken('a picture of 1,600 million points', png(pngOf(40_000, 40_000))),
  broken('a picture as high as there is none', png(pngOf(1, 2_000_000_000))),
  broken('an animation of 4,000 million points', { bytes: gifOf(65_535, 65_535), name: 'a.gif', type: 'image/gif' }),
  broken('an archive that unpacks a thousandfold', zip({ name: 'a', bytes: ZEROS })),
  broken('an archive that says it unpacks to four gigabytes', zip({ name: 'a', bytes: 'a', claims: HUGE })),
  broken('an archive in an archive that lies about its size', zip({ name: 'b.zip', bytes: WITHIN, claims: TINY })),
  broken(
    'an archive in an archive in an archive',
    zip({ name: 'b.zip', bytes: zipOf([{ name: 'c.zip', bytes: WITHIN }]) }),
  ),
  broken('an archive whose files climb', zip({ name: '../../../etc/cron.d/x', bytes: 'a' })),
  broken('an archive whose files come from the root', zip({ name: '/etc/passwd', bytes: 'a' })),
  broken('an archive that breaks off', {
    bytes: zipOf([{ name: 'a', bytes: randomBytes(9_000) }]).subarray(0, 5_000),
    name: 'a.zip',
  }),
];

/** Files that are something harmless too: they are served as that, and as nothing else. */
export const TAMED: Tamed[] = [
  ['a picture with a page behind it', png(Buffer.concat([DOT, Buffer.from(`<html>${SCRIPT}`)])), 'image/png', 'inline'],
  [
    'a picture that is an archive too',
    png(Buffer.concat([DOT, zipOf([{ name: 'a.class', bytes: 'a' }])])),
    'image/png',
    'inline',
  ],
  [
    'a document that is a page too',
    { bytes: `%PDF-1.7\n<html>${SCRIPT}`, name: 'a.html' },
    'application/pdf',
    'attachment',
  ],
  [
    'an archive that unpacks to more than it says',
    zip({ name: 'a', bytes: ZEROS, claims: TINY }),
    'application/zip',
    'attachment',
  ],
  ['a text with a script in it', text(`Look: ${SCRIPT}`), 'text/plain; charset=utf-8', 'inline'],
  ['a program of a shell', text('#!/bin/sh\nrm -rf /\n', 'a.sh'), 'text/plain; charset=utf-8', 'inline'],
  ['a formula for spreadsheets', text('=cmd|"/c calc"!A0,1\n', 'a.csv'), 'text/plain; charset=utf-8', 'inline'],
  ['a script as a text', text('alert(document.domain)', 'a.js'), 'text/plain; charset=utf-8', 'inline'],
  ['a picture under two endings', png(DOT, 'a.png.exe'), 'image/png', 'inline'],
  ['a picture under the ending of a page', png(DOT, 'a.html'), 'image/png', 'inline'],
  ['a picture under an ending behind an encoded end', png(DOT, 'a.php%00.png'), 'image/png', 'inline'],
  ['a picture whose name means to be a header', png(DOT, 'a.png; filename=b.exe'), 'image/png', 'inline'],
];
