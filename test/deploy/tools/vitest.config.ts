/** What is released, held to tools and versions that have to be downloaded or built first. */
import { defineConfig } from 'vitest/config';

// biome-ignore lint/style/noDefaultExport: vitest looks for it here.
export default defineConfig({
  test: {
    include: ['test/deploy/tools/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 180_000,
  },
});
