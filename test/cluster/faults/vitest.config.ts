/** Each file has a control plane of its own and mostly waits, so two go side by side. */
import { defineConfig } from 'vitest/config';

// biome-ignore lint/style/noDefaultExport: vitest looks for it here.
export default defineConfig({
  test: {
    include: ['test/cluster/faults/**/*.test.ts'],
    globalSetup: ['test/cluster/faults/setup.ts'],
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
