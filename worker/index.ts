/** The Worker's entry: bindings in, answers out. One app per isolate, because it holds the snapshots in memory. */
import type { Hono } from 'hono';
import { createApp } from './app.ts';
import { type Bindings, readBindings } from './environment.ts';

let app: Hono | undefined;

const worker = {
  fetch(request: Request, bindings: Bindings): Response | Promise<Response> {
    app ??= createApp(readBindings(bindings), logLine);
    return app.fetch(request);
  },
};

function logLine(line: string): void {
  // biome-ignore lint/suspicious/noConsole: a Worker has no other log.
  console.error(line);
}

// biome-ignore lint/style/noDefaultExport: the platform looks for it here.
export default worker;
