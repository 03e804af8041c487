/**
 * `node addressed-server.mjs PORT`: answers HTTP on every address with that address, so that a client learns which one it
 * has reached.
 */
import { createServer } from 'node:http';

createServer((request, response) => response.end(request.socket.localAddress)).listen(
  Number(process.argv[2]),
  '0.0.0.0',
  () => process.stdout.write('listening\n'),
);
