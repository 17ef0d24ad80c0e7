import { once } from 'node:events';
import net from 'node:net';
import type { Readable } from 'node:stream';
import { refused } from './checked-file.js';

/** The scanner could not do its work; asking again may help. */
export class ScannerFault extends Error {}

/** The longest piece that is sent at once. */
const PIECE_BYTES = 64 * 1024;

/** Longer than anything the scanner has to say. */
const LONGEST_ANSWER = 4_096;

/** Has files scanned by clamd, over its own protocol: the file goes there in pieces, and one line comes back. */
export class ClamdScanner {
  private readonly target: net.NetConnectOpts;

  /**
   * @param address `host:port`, or the path of a socket
   * @throws Error for what is neither
   */
  constructor(address: string) {
    const [, host, port] = /^(.+):(\d{1,5})$/.exec(address) ?? [];
    if (address.startsWith('/')) this.target = { path: address };
    else if (host !== undefined && port !== undefined) this.target = { host, port: Number(port) };
    else throw new Error(`CLAMD_ADDRESS must be host:port or the path of a socket, not ${address}`);
  }

  /**
   * The name of what was found in a file; undefined when nothing was.
   *
   * @throws FleetError FILE_REFUSED when the file is larger than the scanner takes; {@link ScannerFault}
   */
  async scan(file: Readable, signal: AbortSignal): Promise<string | undefined> {
    const socket = net.connect({ ...this.target, signal } as net.NetConnectOpts);
    // Its errors are met where its answer is waited for.
    const answer = answerOf(socket);
    answer.catch(() => undefined);
    try {
      await send(socket, file);
      return verdictOf(await answer);
    } finally {
      file.destroy();
      socket.destroy();
    }
  }
}

/** Sends until all is sent, or the scanner has said enough. */
async function send(socket: net.Socket, file: Readable): Promise<void> {
  const write = async (bytes: Buffer | string): Promise<void> => {
    if (socket.destroyed || socket.writableEnded) return;
    if (!socket.write(bytes)) await Promise.race([once(socket, 'drain'), once(socket, 'close')]).catch(() => undefined);
  };
  await write('zINSTREAM\0');
  for await (const chunk of file as AsyncIterable<Buffer>) {
    for (let from = 0; from < chunk.length; from += PIECE_BYTES) {
      const piece = chunk.subarray(from, from + PIECE_BYTES);
      await write(Buffer.concat([lengthOf(piece), piece]));
    }
    if (socket.destroyed || socket.readableEnded) return;
  }
  await write(lengthOf(Buffer.alloc(0)));
}

function lengthOf(piece: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(piece.length);
  return length;
}

async function answerOf(socket: net.Socket): Promise<string> {
  let answer = '';
  try {
    for await (const chunk of socket) {
      answer += String(chunk);
      if (answer.includes('\0') || answer.length > LONGEST_ANSWER) break;
    }
  } catch (error) {
    // It may have answered before it closed on us.
    if (answer === '') throw new ScannerFault(`The scanner does not answer: ${String(error)}`);
  }
  return answer.replace(/\0[\s\S]*$/, '').trim();
}

function verdictOf(answer: string): string | undefined {
  if (answer === 'stream: OK') return undefined;
  const [, found] = /^stream: (.+) FOUND$/.exec(answer) ?? [];
  if (found !== undefined) return found;
  if (/size limit exceeded/i.test(answer))
    throw refused('not_scannable', 'The file is larger than what can be scanned');
  throw new ScannerFault(`The scanner answered: ${answer.slice(0, 200)}`);
}
