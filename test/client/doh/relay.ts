/** A way to a server on which connections can die without a word, as when a machine sleeps or packets are lost. */
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export class Relay {
  /** How many connections came. */
  connections = 0;
  readonly #server: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();

  private constructor(serverPort: number) {
    this.#server = createServer((client) => {
      this.connections += 1;
      const server = connect(serverPort, '127.0.0.1');
      const pair = [client, server] as const;
      this.#pairs.add(pair);
      for (const [from, to] of [pair, [server, client] as const]) {
        from.pipe(to);
        from.on('error', () => {});
        from.on('close', () => {
          to.destroy();
          this.#pairs.delete(pair);
        });
      }
    });
  }

  static async start(serverPort: number): Promise<Relay> {
    const relay = new Relay(serverPort);
    await new Promise<void>((resolve) => relay.#server.listen(0, '127.0.0.1', resolve));
    return relay;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Nothing passes on the connections that there are, not even that one side has ended. Later ones are as ever. */
  freeze(): void {
    for (const [client, server] of this.#pairs) {
      client.unpipe(server).pause();
      server.unpipe(client).pause();
    }
  }

  /** All connections end. */
  cut(): void {
    for (const pair of [...this.#pairs]) for (const socket of pair) socket.destroy();
  }

  stop(): void {
    this.cut();
    this.#server.close();
  }
}
