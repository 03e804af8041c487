/** The servers that are asked, each in a process of its own. */
import { tokenKey } from '../stored-values.ts';
import { startWorkerd } from '../workerd.ts';
import type { Received } from './asker.ts';
import type { LargeCluster } from './large-cluster.ts';

export interface Server {
  readonly processId: number;
  /** On loopback; plain HTTP/1.1. */
  readonly port: number;
  stop(): Promise<void>;
}

export const deployedEntry = new URL('../../../worker/index.ts', import.meta.url);

/** The Worker as it is deployed, with its Durable Objects. */
export function startDeployed({ id, kv }: LargeCluster, isOpen: boolean): Promise<Server> {
  const text = { OPEN: String(isOpen), DEFAULT_CLUSTER: id, TOKEN_KEY: tokenKey };
  const bindings = { text, kvPort: kv.port, objects: ['Registry', 'Publications', 'Journal'] };
  return startWorkerd({ inspect: false, entry: deployedEntry, bindings });
}

/** A hono route that returns what the Worker returned, always the same. */
export function startRoute(path: string, { fields, body }: Received): Promise<Server> {
  const text = {
    PATH: path,
    BODY: body.toString('base64'),
    FIELDS: Buffer.from(JSON.stringify(Object.fromEntries(fields))).toString('base64'),
  };
  return startWorkerd({
    inspect: false,
    entry: new URL('./worker/route-worker.ts', import.meta.url),
    bindings: { text },
  });
}

export function startEmpty(): Promise<Server> {
  return startWorkerd({ inspect: false, entry: new URL('./worker/empty-worker.ts', import.meta.url) });
}
