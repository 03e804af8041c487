/** Kubeconfig files in a folder of their own. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';

export class ConfigurationFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'kubeconfig-'));

  /** Writes a file and returns its path. */
  write(name: string, content: string): string {
    const path = join(this.path, name);
    writeFileSync(path, content);
    return path;
  }

  /** Writes a kubeconfig with one context. */
  kubeconfig(cluster: Record<string, unknown>, user: Record<string, unknown> = {}): string {
    return this.write('config', kubeconfig(cluster, user));
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

export function kubeconfig(cluster: Record<string, unknown>, user: Record<string, unknown> = {}): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    contexts: [{ name: 'test', context: { cluster: 'cluster', user: 'user' } }],
    clusters: [{ name: 'cluster', cluster }],
    users: [{ name: 'user', user }],
  });
}
