/** The Worker as it is deployed, but for the Durable Objects, which questions never ask. */
import { createApp } from '../../../worker/app.ts';
import { type Bindings, type Lifetime, readBindings } from '../../../worker/environment.ts';
import { platform } from '../../../worker/machine.ts';
import type { Routes } from '../../../worker/routes.ts';

let app: Routes | undefined;

/** Its lines for operators are not the bench's. */
const machine = { ...platform, log: () => {} };

const worker = {
  fetch(request: Request, bindings: Bindings, context: Lifetime): Response | Promise<Response> {
    app ??= createApp(readBindings(bindings).configuration, machine);
    return app.fetch(request, context);
  },
};

// biome-ignore lint/style/noDefaultExport: the platform looks for it here.
export default worker;
