import { once } from 'node:events';
import net from 'node:net';

/** What every scanner finds: 68 bytes that do nothing, agreed on for trying scanners. */
export const EICAR = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('');

/** How a speaker of clamd's protocol behaves. */
export type Mood = 'well' | 'silent' | 'broken' | 'confused';

/** Speaks clamd's protocol as clamd does: reads a file in pieces, and tells whether the EICAR text stands in it. */
export class LocalClamd {
  mood: Mood = 'well';
  /** The sizes of the files it was given. */
  readonly scanned: number[] = [];
  private readonly sockets = new Set<net.Socket>();

  private constructor(
    private readonly server: net.Server,
    private readonly maxBytes: number,
  ) {
    server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => this.sockets.delete(socket));
      void this.serve(socket);
    });
  }

  static async start({ maxBytes = 25 * 1024 * 1024 } = {}): Promise<LocalClamd> {
    const server = net.createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new LocalClamd(server, maxBytes);
  }

  get address(): string {
    return `127.0.0.1:${(this.server.address() as net.AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private async serve(socket: net.Socket): Promise<void> {
    if (this.mood === 'broken') return void socket.destroy();
    let bytes = Buffer.alloc(0);
    const file: Buffer[] = [];
    let size = 0;
    const command = Buffer.from('zINSTREAM\0');
    let isBegun = false;
    try {
      for await (const chunk of socket as AsyncIterable<Buffer>) {
        if (this.mood === 'silent') continue;
        bytes = Buffer.concat([bytes, chunk]);
        if (!isBegun && bytes.length >= command.length) {
          if (!bytes.subarray(0, command.length).equals(command)) return void socket.end('UNKNOWN COMMAND\0');
          bytes = bytes.subarray(command.length);
          isBegun = true;
        }
        while (isBegun && bytes.length >= 4 && bytes.length >= 4 + bytes.readUInt32BE(0)) {
          const length = bytes.readUInt32BE(0);
          if (length === 0) {
            if (size > this.maxBytes) return;
            this.scanned.push(size);
            return void socket.end(`${this.verdict(Buffer.concat(file))}\0`);
          }
          file.push(bytes.subarray(4, 4 + length));
          size += length;
          bytes = bytes.subarray(4 + length);
          // What still comes is read, or the answer would be lost with the connection.
          if (size > this.maxBytes) socket.end('INSTREAM size limit exceeded. ERROR\0');
        }
      }
    } catch {
      // Whoever asked went away.
    }
  }

  private verdict(file: Buffer): string {
    if (this.mood === 'confused') return "stream: Can't allocate memory ERROR";
    return file.includes(EICAR) ? 'stream: Eicar-Test-Signature FOUND' : 'stream: OK';
  }
}
