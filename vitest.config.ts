/** Tests that need no Kubernetes binaries. What runs at the edge is tested in workerd, what both sides share in both. */
import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';

/** Of the values that laws are tried with (test/law-seed.ts). */
const lawSeed = Number(process.env['LAW_SEED'] ?? 20_261_121);

// wrangler.toml requires them, and would say so for each file; no test here has its own from there.
for (const secret of ['ADMIN_KEY_SHA256', 'TOKEN_KEY']) process.env[secret] ??= '';

const notHere = [
  'test/cluster/*.test.ts',
  'test/cluster/chart/**',
  'test/cluster/faults/**',
  'test/cluster/health/**',
  'test/cluster/install/**',
  'test/cluster/why/**',
  'test/deploy/tools/**',
  'test/hosts/**',
  'test/bench/**',
  '**/node_modules/**',
];

// biome-ignore lint/style/noDefaultExport: vitest looks for it here.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'node',
          setupFiles: ['test/law-seed.ts'],
          provide: { lawSeed },
          testTimeout: 30_000,
          include: ['test/**/*.test.ts'],
          exclude: [...notHere, 'test/worker/**'],
        },
      },
      {
        // The sources, and not the script that wrangler.toml uploads: what fails is told by its line.
        plugins: [cloudflareTest({ main: './worker/index.ts', wrangler: { configPath: './wrangler.toml' } })],
        test: {
          name: 'workerd',
          setupFiles: ['test/law-seed.ts'],
          provide: { lawSeed },
          include: ['test/zone/**/*.test.ts', 'test/worker/**/*.test.ts'],
        },
      },
    ],
  },
});
