/** The Worker's entry: bindings in, answers out. One app per isolate, because it holds the snapshots in memory. */
import type { ExecutionContext, Hono } from 'hono';
import { readDoorSettings } from './access/settings.ts';
import { createApp } from './app.ts';
import { type Bindings, readBindings } from './environment.ts';
import { platform } from './machine.ts';

/** The Durable Objects, as wrangler.toml names them. */
export { PublicationsObject as Publications, RegistryObject as Registry } from './durable-objects.ts';

let app: Hono | undefined;

const worker = {
  fetch(request: Request, bindings: Bindings, context: ExecutionContext): Response | Promise<Response> {
    app ??= start(bindings);
    return app.fetch(request, {}, context);
  },
};

function start(bindings: Bindings): Hono {
  const { configuration, problems } = readBindings(bindings);
  const { doors, problems: doorProblems } = readDoorSettings(bindings);
  for (const problem of [...problems, ...doorProblems]) platform.log(problem);
  return createApp(configuration, platform, doors);
}

// biome-ignore lint/style/noDefaultExport: the platform looks for it here.
export default worker;
