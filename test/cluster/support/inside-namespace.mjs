/**
 * Runs inside a network namespace: `node inside-namespace.mjs SOCKET EDGE_PORT HTTP_PORT`. Passes connections to
 * 127.0.0.1:EDGE_PORT on through the socket, and answers HTTP on every address with that address.
 */
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer } from 'node:net';

const [socketPath, edgePort, httpPort] = process.argv.slice(2);

createServer((socket) => {
  const edge = connect(socketPath);
  socket.pipe(edge).pipe(socket);
  for (const end of [socket, edge]) end.on('error', () => end.destroy());
}).listen(Number(edgePort), '127.0.0.1', () => {
  createHttpServer((request, response) => response.end(request.socket.localAddress)).listen(
    Number(httpPort),
    '0.0.0.0',
    () => process.stdout.write('listening\n'),
  );
});
