/**
 * The folder of one control plane: where each file in it lies, and how a new control plane takes possession of it.
 * Nothing that is not a control plane's own is ever removed.
 */
import { mkdir, readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { ControlPlaneFailure } from './failure.ts';
import type { ProgramName } from './versions.ts';

/** Absolute paths of a control plane's files. */
export interface PlaneFiles {
  readonly directory: string;
  readonly state: string;
  readonly kubeconfig: string;
  /** The PEM certificate that verifies the API server and CoreDNS's DoH server. */
  readonly authority: string;
  /** Where the API server writes the certificate and key that it makes for itself. */
  readonly certificates: string;
  readonly serverCertificate: string;
  readonly serverKey: string;
  /** Signs and verifies ServiceAccount tokens. */
  readonly serviceAccountKey: string;
  readonly tokens: string;
  readonly corefile: string;
  readonly etcdData: string;
  readonly logs: string;
}

/** Lays out the folder `directory`, an absolute path. */
export function planeFiles(directory: string): PlaneFiles {
  const certificates = join(directory, 'certificates');
  return {
    directory,
    state: join(directory, 'state.json'),
    kubeconfig: join(directory, 'kubeconfig.yaml'),
    authority: join(directory, 'ca.pem'),
    certificates,
    serverCertificate: join(certificates, 'apiserver.crt'),
    serverKey: join(certificates, 'apiserver.key'),
    serviceAccountKey: join(directory, 'service-account.key'),
    tokens: join(directory, 'tokens.csv'),
    corefile: join(directory, 'Corefile'),
    etcdData: join(directory, 'etcd'),
    logs: join(directory, 'logs'),
  };
}

/** The file that takes what `program` prints. */
export function logFile(files: PlaneFiles, program: ProgramName): string {
  return join(files.logs, `${program}.log`);
}

/** Creates the folder, or takes an empty one. Fails with folder-unusable where that is not possible. */
export async function claimFolder(directory: string): Promise<PlaneFiles> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    if ((await readdir(directory)).length > 0) throw new Error('it is not empty');
    // Processes are recognised by this path in their command lines, so there is one spelling of it.
    const files = planeFiles(await realpath(directory));
    await mkdir(files.logs);
    return files;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const message = `${directory} cannot become a control plane's folder (${why}): choose another with --dir`;
    throw new ControlPlaneFailure('folder-unusable', message, { cause: error });
  }
}
