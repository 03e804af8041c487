/** The Worker's entry: bindings in, answers out. One app per isolate, because it holds the snapshots in memory. */
import { readDoorSettings } from './access/settings.ts';
import { createApp } from './app.ts';
import { type Bindings, type Lifetime, readBindings } from './environment.ts';
import { RequestLog } from './journal.ts';
import { platform } from './machine.ts';
import type { Routes } from './routes.ts';

/** The Durable Objects, as wrangler.toml names them. */
export {
  JournalObject as Journal,
  PublicationsObject as Publications,
  RegistryObject as Registry,
} from './durable-objects.ts';

let isolate: { readonly app: Routes; readonly requestLog: RequestLog } | undefined;

const worker = {
  fetch(request: Request, bindings: Bindings, context: Lifetime): Response | Promise<Response> {
    isolate ??= start(bindings);
    const { app, requestLog } = isolate;
    return requestLog.during(context, (own) => app.fetch(request, own));
  },
};

function start(bindings: Bindings): NonNullable<typeof isolate> {
  const { configuration, problems } = readBindings(bindings);
  const { doors, problems: doorProblems } = readDoorSettings(bindings);
  const requestLog = new RequestLog(bindings.JOURNAL, platform);
  for (const problem of [...problems, ...doorProblems]) requestLog.log(problem);
  return { app: createApp(configuration, { ...platform, log: requestLog.log }, doors), requestLog };
}

// biome-ignore lint/style/noDefaultExport: the platform looks for it here.
export default worker;
