/** The programs in Go, built once for all hosts: with the resolver of Go itself, and with the C library's. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runWell } from '../room/namespaces.ts';

const source = fileURLToPath(new URL('../../cluster/support/client-resolver.go', import.meta.url));

export const goResolvers = ['go', 'cgo'] as const;

export function goProgram(directory: string, resolver: (typeof goResolvers)[number]): string {
  return join(directory, `resolver-${resolver}`);
}

export async function buildPrograms(directory: string): Promise<void> {
  for (const resolver of goResolvers) {
    const env = { CGO_ENABLED: resolver === 'cgo' ? '1' : '0', GOPROXY: 'off' };
    await runWell(['go', 'build', '-o', goProgram(directory, resolver), source], env);
  }
}
