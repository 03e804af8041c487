/** The CustomResourceDefinitions of the Prometheus operator, of the release that the Go module pins by its hash. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { goModulesFolder } from '../../control-plane/build.ts';

const release = 'github.com/prometheus-operator/prometheus-operator';
const definitions = ['servicemonitors', 'prometheusrules'].map((name) => `monitoring.coreos.com_${name}.yaml`);

/** YAML texts. */
export async function monitoringDefinitions(): Promise<readonly string[]> {
  const env = { ...process.env, GOFLAGS: '-mod=readonly', GOWORK: 'off' };
  const options = { cwd: join(goModulesFolder, 'monitoring'), env };
  const { stdout } = await promisify(execFile)('go', ['mod', 'download', '-json', release], options);
  const { Dir: folder } = JSON.parse(stdout) as { Dir: string };
  return Promise.all(
    definitions.map((file) => readFile(join(folder, 'example/prometheus-operator-crd', file), 'utf8')),
  );
}
