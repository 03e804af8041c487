/** `kube-doh agent retire`: from where the agent runs, with its options; the cluster itself tells its identity. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { systemClock as clock } from '../../../sync-agent/kube/clock.ts';
import { KubeConnection } from '../../../sync-agent/kube/connection.ts';
import { messageOf } from '../../../sync-agent/kube/error.ts';
import { ClusterIdentity } from '../../../sync-agent/kube/identity.ts';
import { type SeizedLease, seizeLease } from '../../../sync-agent/leader/seizure.ts';
import type { Log } from '../../../sync-agent/log.ts';
import type { ElectionSettings } from '../../../sync-agent/operating-options.ts';
import { HttpEdge } from '../../../sync-agent/publish/edge.ts';
import { publishRetirement } from '../../../sync-agent/publish/retirement.ts';
import { SigningKey } from '../../../sync-agent/publish/signing-key.ts';
import { readCommandLine, stderrLog } from './command-line.ts';
import { leaseSettings } from './lease.ts';

const usage = `kube-doh agent retire --edge URL --key FILE [OPTIONS]

Tells clients that the cluster has left: the last thing to publish before the agent is taken away for good. With
--leader-elect, which is on in a cluster, it takes the Lease from the agents and keeps it for two minutes: take them away
meanwhile, or they publish again. Without it, stop the agent first. An agent that is started later takes the cluster back in.

It takes the options of "kube-doh agent", so it can be run as that is, and uses --edge, --key, --cluster, --kubeconfig and
--context. The identity of the cluster it finds in the cluster. Where that cannot be reached any more, use
"kube-doh cluster retire".
`;

/** An API server that is there answers sooner. */
const identityMilliseconds = 30_000;
/** Until the agents are gone: a pod has 30 seconds to end. */
const keptMilliseconds = 120_000;

/** Rejects with an error whose message is one clear line. */
export async function run(args: readonly string[]): Promise<void> {
  const commandLine = await readCommandLine(args, 'kube-doh agent retire --help');
  if (commandLine === undefined) return void process.stdout.write(usage);
  const { edgeUrl, settings, operating } = commandLine;
  const { cluster } = settings;
  const edge = new HttpEdge(edgeUrl, SigningKey.fromFile(operating.keyPath));
  const api = new KubeConnection(settings.kubeSource ?? { type: 'inCluster' });
  try {
    const log = stderrLog(operating);
    const limit = AbortSignal.timeout(identityMilliseconds);
    const { uid: identity } = await new ClusterIdentity({ api, random: Math.random, log }).find(clock, limit);
    if (limit.aborted) {
      throw new Error(
        `cluster ${cluster} is not retired: its API server does not answer; "kube-doh cluster retire" does without it`,
      );
    }
    const lease = operating.election && (await seizedLease(operating.election, api, log));
    const retirement = { cluster, identity, now: Date.now() };
    const { epoch, serial } = await publishRetirement(edge, retirement, new AbortController().signal).catch(
      async (error: unknown) => {
        // The agents are to go on, since clients were not told.
        await lease
          ?.giveBack()
          .catch((failure: unknown) => log.warn(`the Lease is not given back: ${messageOf(failure)}`));
        throw error;
      },
    );
    process.stdout.write(`cluster ${cluster} is retired (epoch ${epoch}, serial ${serial})\n`);
  } finally {
    api.close();
  }
}

function seizedLease(election: ElectionSettings, api: KubeConnection, log: Log): Promise<SeizedLease> {
  const identity = `${hostname()}_retire_${randomUUID()}`;
  const lease = leaseSettings(election, identity);
  return seizeLease({ api, clock, lease, keptMilliseconds, log }, new AbortController().signal);
}
