/** `node pod-server.mjs ADDRESS PORT`: what stands for a pod: it answers HTTP with a metric, as long as it lives. */
import { createServer } from 'node:http';

const [address, port] = process.argv.slice(2);

createServer((_, response) => {
  response.setHeader('content-type', 'text/plain; version=0.0.4');
  response.end('pod_is_here 1\n');
}).listen(Number(port), address, () => process.stdout.write('listening\n'));
