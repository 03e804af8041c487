/** One running program of ours for each variation, beside the resolvers of a control plane. */
import { join } from 'node:path';
import { type Program, startProgram } from '../support/program.ts';
import { Asker } from './asker.ts';
import type { Subject } from './subject.ts';
import { flagsOf, type Variation } from './variations.ts';

export interface Servers {
  readonly subjects: readonly Subject[];
  stop(): Promise<void>;
}

export interface ServersOptions {
  readonly variations: readonly Variation[];
  readonly kubeconfigPath: string;
  /** Of the control plane, in the order of the variations. */
  readonly resolverUrls: readonly string[];
  /** For files of the programs. */
  readonly directory: string;
}

export async function startServers({
  variations,
  kubeconfigPath,
  resolverUrls,
  directory,
}: ServersOptions): Promise<Servers> {
  const started = await Promise.allSettled(
    variations.map((variation) => {
      const where = ['--kubeconfig', kubeconfigPath, '--listen', '127.0.0.1:0', '--http', '--open'];
      const args = [...where, '--cluster', variation.name, '--publish-interval', '1', ...flagsOf(variation)];
      return startProgram(args, join(directory, `${variation.name}.json`));
    }),
  );
  const programs = started.flatMap((program) => (program.status === 'fulfilled' ? program.value : []));
  const stop = async (): Promise<void> => {
    await Promise.all(programs.map((program: Program) => program.stop()));
  };
  const failed = started.find((program) => program.status === 'rejected');
  if (failed !== undefined) {
    await stop();
    throw failed.reason;
  }
  const subjects = variations.map((variation, i) => ({
    variation,
    ours: new Asker(programs[i]!.ready.doh),
    coreDns: new Asker(resolverUrls[i]!),
  }));
  return {
    subjects,
    async stop() {
      for (const { ours, coreDns } of subjects) for (const asker of [ours, coreDns]) asker.close();
      await stop();
    },
  };
}
