/**
 * Answers the lookups of one program and of those that it starts, over a socket in a folder that its user alone may enter:
 * so the program needs no token. A name comes as a line, the answer goes back as JSON.
 */
import { promises as dns, type LookupAddress } from 'node:dns';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { familyOf, formatAddress } from '../../../zone/address.ts';
import { formatName, type Name, NameError, parseName } from '../../../zone/name.ts';
import type { Ask } from '../answer.ts';
import { Asking } from '../asking.ts';
import type { LookupAnswer } from './lookup-hook.ts';

/** Longer than a name in presentation format can be. */
const maxLineCharacters = 1100;

export class LookupServer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(ask: Ask) {
    this.#server = createServer({ allowHalfOpen: true }, (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      // Whoever asked has gone.
      socket.on('error', () => {});
      answerLine(socket, ask);
    });
  }

  /** `path` as `node:net` takes it. */
  async listen(path: string): Promise<void> {
    this.#server.listen(path);
    await once(this.#server, 'listening');
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}

function answerLine(socket: Socket, ask: Ask): void {
  let line = '';
  socket.setEncoding('utf8').on('data', (part) => {
    line += String(part);
    const isWhole = line.includes('\n');
    if (!isWhole && line.length <= maxLineCharacters) return;
    socket.removeAllListeners('data').resume();
    const [name = ''] = line.split('\n', 1);
    void lookUp(ask, name).then((answer) => socket.end(JSON.stringify(answer)));
  });
}

/** What getaddrinfo would say: IPv4 first, and an alias followed to where the system knows it. */
export async function lookUp(ask: Ask, host: string): Promise<LookupAnswer> {
  try {
    const { addresses, target } = await new Asking(ask).addresses(parseName(host));
    if (addresses.length > 0) return { addresses: addresses.map(addressOf) };
    return target === undefined ? { code: 'ENOTFOUND' } : await lookUpOutside(target);
  } catch (error) {
    return { code: error instanceof NameError ? 'ENOTFOUND' : 'EAI_AGAIN' };
  }
}

function addressOf(address: Parameters<typeof formatAddress>[0]): LookupAddress {
  return { address: formatAddress(address), family: familyOf(address) };
}

async function lookUpOutside(target: Name): Promise<LookupAnswer> {
  try {
    return { addresses: await dns.lookup(formatName(target), { all: true }) };
  } catch (error) {
    return { code: (error as NodeJS.ErrnoException).code === 'ENOTFOUND' ? 'ENOTFOUND' : 'EAI_AGAIN' };
  }
}
