import net from 'node:net';

/** A way to Postgres that counts how often somebody waits for it. */
export interface RoundTrips {
  /** The same login and database, by way of it. */
  url: string;
  /** How often a connection sent something after it had got all answers, since the last call. */
  take(): number;
  close(): Promise<void>;
}

const READY_FOR_QUERY = 'Z'.charCodeAt(0);

/** Counts the round trips to the Postgres at this address. What is sent in one go (a pipeline) is one. */
export async function countRoundTrips(url: string): Promise<RoundTrips> {
  const address = new URL(url);
  const port = Number(address.port);
  const sockets = new Set<net.Socket>();
  let trips = 0;
  const server = net.createServer((near) => {
    const far = net.connect(port, address.hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    let idle = false;
    const answers = new Frames((type) => {
      idle = type === READY_FOR_QUERY;
    });
    near.on('data', (data: Buffer) => {
      if (idle) trips++;
      idle = false;
      far.write(data);
    });
    far.on('data', (data: Buffer) => {
      answers.read(data);
      near.write(data);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address.port = String((server.address() as net.AddressInfo).port);
  return {
    url: address.toString(),
    take() {
      const taken = trips;
      trips = 0;
      return taken;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Messages of Postgres to its clients: a byte that says what, four that say how long, and so much. */
class Frames {
  private rest: Buffer = Buffer.alloc(0);

  constructor(private readonly onType: (type: number) => void) {}

  read(data: Buffer): void {
    this.rest = this.rest.length > 0 ? Buffer.concat([this.rest, data]) : data;
    while (this.rest.length >= 5) {
      const length = 1 + this.rest.readUInt32BE(1);
      if (this.rest.length < length) return;
      this.onType(this.rest[0]!);
      this.rest = this.rest.subarray(length);
    }
  }
}
