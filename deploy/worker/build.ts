/** What wrangler runs before it reads the script (wrangler.toml): writes dist/worker/worker.mjs. */
import { writeScript } from './script.ts';

try {
  const { octets, sha256 } = await writeScript();
  process.stdout.write(`the Worker: ${(octets / 1024).toFixed(1)} KiB, SHA-256 ${sha256}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
