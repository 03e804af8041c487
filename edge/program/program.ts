/**
 * What workerd is given to run: the Worker as one script, and what stands in for Cloudflare's bindings. From the sources it is
 * built at each start; the shipped command has it built in (deploy/bundle/bundle.ts), in the place of this file.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface Program {
  /** The same octets that are deployed to Cloudflare. */
  readonly worker: string;
  /** As wrangler.toml has it. */
  readonly compatibilityDate: string;
  readonly bindings: BindingScripts;
}

export interface BindingScripts {
  readonly rateLimit: string;
  readonly meter: string;
}

const root = new URL('../../', import.meta.url);

/** The files that the scripts begin with. */
export const programEntries: readonly string[] = [
  'worker/index.ts',
  'edge/bindings/rate-limit.ts',
  'edge/bindings/meter.ts',
].map((path) => fileURLToPath(new URL(path, root)));

/** Throws an error of one line when the sources do not build. */
export async function loadProgram(): Promise<Program> {
  const { bundleScripts } = await import('./bundle.ts');
  const [worker, rateLimit, meter] = (await bundleScripts(programEntries)) as readonly [string, string, string];
  return { worker, compatibilityDate: deployedCompatibilityDate(), bindings: { rateLimit, meter } };
}

function deployedCompatibilityDate(): string {
  const configuration = readFileSync(new URL('wrangler.toml', root), 'utf8');
  return /^compatibility_date = "(.+)"$/m.exec(configuration)![1]!;
}
