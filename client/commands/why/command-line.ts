/** What `kube-doh why` is asked. */
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { KubeSource } from '../../../sync-agent/kube/configuration.ts';
import { FlagChecks, parseCommandLine, UsageError } from '../../../sync-agent/usage.ts';
import { readNamespace } from '../../export/full-name.ts';
import { parseRecordType } from '../../export/record-type.ts';
import { type ConnectionFlags, connectionFlags, connectionFlagsHelp } from '../../profiles/connection.ts';

export const usage = `kube-doh why NAME [TYPE] [OPTIONS]

Tells why a name resolves or does not: first what the edge knows, then what the cluster's objects say where there is a
kubeconfig, then what this machine makes of it. Each step is a line, "ok" or "--"; the first cause comes with what to do.

  --namespace NAME, -n   complete names as for a pod in this namespace: "redis-0.redis-headless" is enough there
  --kubeconfig FILE      look at the cluster's objects too; without it, KUBECONFIG in the environment names the file
  --context NAME         a context of that file, or of ~/.kube/config
  --connect PORT         try one TCP connection to the address
  --no-machine           leave this machine out of it
  --json                 print all of it as JSON; docs/why.md says what is in it
${connectionFlagsHelp}
The exit code is 0 when the name is found and nothing is in the way, 1 when a cause is found, 2 when it could not be told.
`;

export interface WhyCommand {
  readonly kind: 'why';
  /** As it was typed. */
  readonly name: string;
  /** Undefined: the usual one for such a name. */
  readonly type: number | undefined;
  readonly namespace: string | undefined;
  readonly kubeSource: KubeSource | undefined;
  readonly connectPort: number | undefined;
  readonly looksHere: boolean;
  readonly asJson: boolean;
  readonly connection: ConnectionFlags;
}

/** Throws UsageError. */
export function readWhyCommand(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): WhyCommand | { readonly kind: 'help' } {
  const { values, positionals } = parseCommandLine(
    {
      args: [...args],
      options: {
        ...connectionFlags,
        namespace: { type: 'string', short: 'n' },
        kubeconfig: { type: 'string' },
        context: { type: 'string' },
        connect: { type: 'string' },
        'no-machine': { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
      allowPositionals: true,
    },
    'kube-doh why --help',
  );
  if (values.help) return { kind: 'help' };
  const [name, typeText, ...others] = positionals;
  if (name === undefined || others.length > 0) {
    throw new UsageError('the command is "kube-doh why NAME [TYPE]"; see kube-doh why --help');
  }
  const looksHere = !values['no-machine'];
  const checks = new FlagChecks();
  const type = checks.read(() => readType(typeText));
  const namespace = checks.read(() => readNamespace(values.namespace));
  const connectPort = checks.read(() => readPort(values.connect, looksHere));
  if (checks.failed) throw checks.error();
  const kubeSource = kubeSourceOf(values, environment);
  const { json: asJson } = values;
  return { kind: 'why', name, type, namespace, kubeSource, connectPort, looksHere, asJson, connection: values };
}

function readType(text: string | undefined): number | undefined {
  const type = text === undefined ? undefined : parseRecordType(text);
  if (text === undefined || type !== undefined) return type;
  throw new UsageError(`"${text}" is no record type: pass one such as AAAA, SRV or TYPE65`);
}

function readPort(text: string | undefined, looksHere: boolean): number | undefined {
  if (text === undefined) return undefined;
  if (!looksHere) throw new UsageError('--connect and --no-machine exclude each other');
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= 65_535) return port;
  throw new UsageError(`--connect "${text}" is no port from 1 to 65535`);
}

/** Undefined when nobody named a cluster. */
function kubeSourceOf(
  { kubeconfig, context }: { readonly kubeconfig?: string | undefined; readonly context?: string | undefined },
  { KUBECONFIG: fromEnvironment = '' }: NodeJS.ProcessEnv,
): KubeSource | undefined {
  // A list there is merged by kubectl; here its first file counts.
  const [first] = fromEnvironment.split(delimiter).filter((path) => path !== '');
  const named = kubeconfig ?? first;
  if (named !== undefined) return { type: 'file', path: named, context };
  return context === undefined ? undefined : { type: 'file', path: join(homedir(), '.kube', 'config'), context };
}
