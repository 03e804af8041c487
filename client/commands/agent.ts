/** `kube-doh agent`: observes a cluster and publishes its DNS records to the edge, until it is told to end. */
import { runAgent } from '../../sync-agent/agent.ts';
import { agentFlags, agentFlagsHelp, readAgentFlags } from '../../sync-agent/options.ts';
import { objectsWithProblems } from '../../sync-agent/problem-log.ts';
import { HttpEdge } from '../../sync-agent/publish/edge.ts';
import { SigningKey } from '../../sync-agent/publish/signing-key.ts';
import { FlagChecks, parseCommandLine, UsageError } from '../../sync-agent/usage.ts';
import { readEdge } from '../edge-url.ts';

const usage = `kube-doh agent --edge URL --key FILE [OPTIONS]

Observes a cluster and publishes its DNS records to the edge. Without --kubeconfig it observes the cluster that it runs in.
Logs one line per event to stderr.

  --edge URL             the edge, such as https://dns.example.com
  --key FILE             the private key to sign with; "kube-doh key new FILE" makes one
  --kubeconfig FILE      a cluster from outside
  --context NAME         a context of that file instead of its current one

${agentFlagsHelp}`;

/** Rejects with an error whose message is one clear line. */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseCommandLine(
    {
      args: [...args],
      options: {
        ...agentFlags,
        edge: { type: 'string' },
        key: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    },
    'kube-doh agent --help',
  );
  if (values.help) return void process.stdout.write(usage);
  const checks = new FlagChecks();
  const edgeUrl = checks.read(() => readEdge(values.edge));
  const keyPath = checks.read(() => readKeyPath(values.key));
  const settings = checks.read(() => readAgentFlags(values));
  if (edgeUrl === undefined || keyPath === undefined || settings === undefined) throw checks.error();

  const key = SigningKey.fromFile(keyPath);
  // Only now, because it takes a while to load, and a wrong flag should be told at once.
  const { KubeConnection } = await import('../../sync-agent/kube/connection.ts');
  const api = new KubeConnection(settings.kubeSource ?? { type: 'inCluster' });
  log(
    `publishing cluster ${settings.cluster} to ${edgeUrl.origin}, signed with the key whose public half is ${key.publicKey}`,
  );
  for (const warning of settings.warnings) log(warning);
  const options = {
    ...settings,
    api,
    edge: new HttpEdge(edgeUrl, key),
    log,
    onPublished: ({ manifest, image }, problems) => {
      const { epoch, serial, length } = manifest;
      const count = objectsWithProblems(problems);
      const wrong = count === 0 ? '' : `, ${count} ${count === 1 ? 'object' : 'objects'} with problems`;
      log(`published epoch ${epoch}, serial ${serial}: ${image.length} octets, ${length} compressed${wrong}`);
    },
    onReady: () => log('ready: every watch is open'),
  } satisfies Parameters<typeof runAgent>[0];
  try {
    await runAgent(options, endingSignal());
    log('ended');
  } finally {
    api.close();
  }
}

function endingSignal(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  return stop.signal;
}

function readKeyPath(path: string | undefined): string {
  if (path !== undefined && path !== '') return path;
  throw new UsageError('--key is missing: pass the path of the private key; "kube-doh key new FILE" makes one');
}

function log(line: string): void {
  process.stderr.write(`${new Date().toISOString()} ${line}\n`);
}
