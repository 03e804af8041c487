/** Builds what is missing once, before several files would at the same time. */
import { findOrBuildBinaries } from '../control-plane/binaries.ts';

export async function setup(): Promise<void> {
  await findOrBuildBinaries(process.env, (line) => void process.stdout.write(`${line}\n`));
}
