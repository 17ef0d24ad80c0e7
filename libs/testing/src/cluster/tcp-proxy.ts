import net from 'node:net';

/** A way to a server that can be cut: as long as it is, nothing passes and nobody notices. */
export interface TcpProxy {
  port: number;
  /** From now on nothing passes in either direction; connections stay open. What is written meanwhile is lost. */
  block(): void;
  /** Lets new connections through; blocked ones are closed. */
  unblock(): void;
  close(): Promise<void>;
}

/** A proxy on a loopback port before `port`. */
export async function tcpProxy(port: number): Promise<TcpProxy> {
  const pairs = new Set<[net.Socket, net.Socket]>();
  let blocked = false;
  const cut = ([near, far]: [net.Socket, net.Socket]): void => {
    near.destroy();
    far.destroy();
  };
  const server = net.createServer((near) => {
    const far = net.connect(port, '127.0.0.1');
    const pair: [net.Socket, net.Socket] = [near, far];
    pairs.add(pair);
    const pass = (from: net.Socket, to: net.Socket): void => {
      from.on('data', (data: Buffer) => blocked || to.write(data));
      from.on('error', () => cut(pair));
      from.on('close', () => {
        pairs.delete(pair);
        cut(pair);
      });
    };
    pass(near, far);
    pass(far, near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as net.AddressInfo).port,
    block() {
      blocked = true;
    },
    unblock() {
      for (const pair of pairs) cut(pair);
      blocked = false;
    },
    async close() {
      for (const pair of pairs) cut(pair);
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
