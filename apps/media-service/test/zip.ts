import { crc32, deflateRawSync } from 'node:zlib';

/** A file in an archive, and what the archive's directory claims instead of the truth. */
export interface Zipped {
  name: string;
  bytes: Buffer | string;
  store?: boolean;
  claims?: { uncompressedSize?: number };
}

/** An archive as it is written by the book (APPNOTE 4.3), or one that lies. */
export function zipOf(files: Zipped[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, bytes, store = false, claims = {} } of files) {
    const plain = Buffer.from(bytes as string);
    const packed = store ? plain : deflateRawSync(plain);
    const about = Buffer.alloc(26);
    about.writeUInt16LE(20, 0);
    about.writeUInt16LE(0x800, 2);
    about.writeUInt16LE(store ? 0 : 8, 4);
    about.writeUInt32LE(crc32(plain), 10);
    about.writeUInt32LE(packed.length, 14);
    about.writeUInt32LE(claims.uncompressedSize ?? plain.length, 18);
    about.writeUInt16LE(Buffer.byteLength(name), 22);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.from([0x50, 0x4b, 1, 2, 20, 0]), about, tail, Buffer.from(name));
    parts.push(Buffer.from([0x50, 0x4b, 3, 4]), about, Buffer.from(name), packed);
    offset += 30 + Buffer.byteLength(name) + packed.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, listed, end]);
}
