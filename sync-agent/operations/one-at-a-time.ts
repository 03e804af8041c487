/** Answers the requests of a connection one after the other, so that none waits in memory that nobody reads. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Calls `answer` for the next request of a connection when the answer before it has been sent, or the connection is closed. */
export function oneAtATime(answer: (request: IncomingMessage, response: ServerResponse) => void): RequestListener {
  const sent = new WeakMap<Socket, Promise<void>>();
  return (request, response) => {
    const { socket } = request;
    const before = sent.get(socket);
    sent.set(socket, new Promise((resolve) => response.on('close', resolve)));
    if (before === undefined) answer(request, response);
    else void before.then(() => socket.destroyed || answer(request, response));
  };
}
