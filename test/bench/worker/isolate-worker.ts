/** The Worker as it is deployed, but for the Durable Objects, which questions never ask. */
import type { ExecutionContext } from 'hono';
import { type App, createApp } from '../../../worker/app.ts';
import { type Bindings, readBindings } from '../../../worker/environment.ts';
import { platform } from '../../../worker/machine.ts';

let app: App | undefined;

/** Its lines for operators are not the bench's. */
const machine = { ...platform, log: () => {} };

const worker = {
  fetch(request: Request, bindings: Bindings, context: ExecutionContext): Response | Promise<Response> {
    app ??= createApp(readBindings(bindings).configuration, machine);
    return app.fetch(request, {}, context);
  },
};

// biome-ignore lint/style/noDefaultExport: the platform looks for it here.
export default worker;
