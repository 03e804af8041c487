/** Tests that need no Kubernetes binaries. What runs at the edge is tested in workerd, what both sides share in both. */
import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';

const notHere = ['test/cluster/*.test.ts', 'test/bench/**', '**/node_modules/**'];

// biome-ignore lint/style/noDefaultExport: vitest looks for it here.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'node',
          testTimeout: 30_000,
          include: ['test/**/*.test.ts'],
          exclude: [...notHere, 'test/worker/**'],
        },
      },
      {
        plugins: [cloudflareTest({ wrangler: { configPath: './wrangler.toml' } })],
        test: {
          name: 'workerd',
          include: ['test/zone/**/*.test.ts', 'test/worker/**/*.test.ts'],
        },
      },
    ],
  },
});
