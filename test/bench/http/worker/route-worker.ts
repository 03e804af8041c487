/**
 * What the Worker is compared with: a hono app with one route, which reads the body and returns a constant. Bound as text:
 * PATH is the route's pattern, BODY the constant in base64, FIELDS the header fields as JSON in base64.
 */
import { Hono } from 'hono';

interface Bindings {
  readonly PATH: string;
  readonly BODY: string;
  readonly FIELDS: string;
}

let app: Hono | undefined;

const worker = {
  fetch(request: Request, bindings: Bindings): Response | Promise<Response> {
    app ??= routeOf(bindings);
    return app.fetch(request);
  },
};

function routeOf(bindings: Bindings): Hono {
  const octets = Uint8Array.from(atob(bindings.BODY), (character) => character.charCodeAt(0));
  const headers = JSON.parse(atob(bindings.FIELDS)) as Record<string, string>;
  const route = new Hono();
  route.get(bindings.PATH, () => new Response(octets, { headers }));
  route.post(bindings.PATH, async (context) => {
    await context.req.arrayBuffer();
    return new Response(octets, { headers });
  });
  return route;
}

// biome-ignore lint/style/noDefaultExport: the platform looks for it here.
export default worker;
