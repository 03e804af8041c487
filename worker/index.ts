/** The Worker's entry: bindings in, answers out. One app per isolate, because it holds the snapshots in memory. */
import type { ExecutionContext, Hono } from 'hono';
import { createApp } from './app.ts';
import { type Bindings, type Machine, readBindings } from './environment.ts';

let app: Hono | undefined;

const worker = {
  fetch(request: Request, bindings: Bindings, context: ExecutionContext): Response | Promise<Response> {
    app ??= start(bindings);
    return app.fetch(request, {}, context);
  },
};

function start(bindings: Bindings): Hono {
  const { configuration, problems } = readBindings(bindings);
  for (const problem of problems) machine.log(problem);
  return createApp(configuration, machine);
}

const machine: Machine = {
  now: () => Date.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  random: () => Math.random(),
  log: (line) => {
    // biome-ignore lint/suspicious/noConsole: a Worker has no other log.
    console.error(line);
  },
};

// biome-ignore lint/style/noDefaultExport: the platform looks for it here.
export default worker;
