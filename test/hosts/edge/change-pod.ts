/** Gives a pod of a StatefulSet another address, as happens when it is replaced. */
import { intoHost } from '../room/host.ts';
import { runWell } from '../room/namespaces.ts';
import type { Scene } from '../setup.ts';

/** Resolves with the new address once the edge answers with it. */
export async function changePod(scene: Scene, namespace: string, pod: string, name: string): Promise<string> {
  const { edge, edgeProcessId } = scene;
  const curl = (...args: readonly string[]): Promise<string> =>
    runWell([...intoHost(edgeProcessId), 'curl', '-sS', '--max-time', '5', ...args]);
  const authorized = ['--cacert', edge.authorityFile, '-H', `Authorization: Bearer ${edge.token}`];
  const addressAtEdge = async (): Promise<string | undefined> =>
    /"data": ?"([\d.]+)"/.exec(await curl(...authorized, `${edge.url}/resolve?name=${name}&type=A`))?.[1];

  const before = await addressAtEdge();
  await curl('-o', '/dev/null', '-X', 'DELETE', `${edge.apiUrl}/api/v1/namespaces/${namespace}/pods/${pod}`);
  let now = await addressAtEdge();
  while (now === undefined || now === before) now = await addressAtEdge();
  return now;
}
