/** What a program needs in its environment to see names that its system does not know. Pure. */

export interface Mechanisms {
  /** The module that Node loads first. */
  readonly hookFile: string;
  readonly hosts:
    | {
        readonly file: string;
        /** Of nss_wrapper; undefined where it is not installed. */
        readonly nssWrapper: string | undefined;
        /** Whether a JVM reads the file, and asks nobody else. */
        readonly forJvm: boolean;
      }
    | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** What is there, but for this user's secrets, with what is needed added to it. */
export function childEnvironment(given: Environment, { hookFile, hosts }: Mechanisms): Environment {
  const environment = withoutSecrets(given);
  const node = joined(environment['NODE_OPTIONS'], ' ', `--require ${quotedForNode(hookFile)}`);
  if (hosts === undefined) return { ...environment, NODE_OPTIONS: node };
  const { file, nssWrapper, forJvm } = hosts;
  return {
    ...environment,
    NODE_OPTIONS: node,
    ...(nssWrapper === undefined
      ? {}
      : { LD_PRELOAD: joined(environment['LD_PRELOAD'], ':', nssWrapper), NSS_WRAPPER_HOSTS: file }),
    ...(forJvm
      ? {
          JAVA_TOOL_OPTIONS: joined(
            environment['JAVA_TOOL_OPTIONS'],
            ' ',
            `-Djdk.net.hosts.file=${quotedForJvm(file)}`,
          ),
        }
      : {}),
  };
}

/** The names are answered without them, so that no program has to be trusted with them. */
function withoutSecrets(environment: Environment): Environment {
  const isSecret = (name: string, value: string | undefined): boolean =>
    secrets.has(name) || (name === 'KUBE_DOH_URL' && /\/t\/./.test(value ?? ''));
  // Windows takes a name in letters of either case.
  return Object.fromEntries(
    Object.entries(environment).filter(([name, value]) => !isSecret(name.toUpperCase(), value)),
  );
}

const secrets: ReadonlySet<string> = new Set(['KUBE_DOH_TOKEN', 'KUBE_DOH_ADMIN_KEY']);

function joined(before: string | undefined, separator: string, added: string): string {
  return before === undefined || before === '' ? added : `${before}${separator}${added}`;
}

/** NODE_OPTIONS are cut at spaces; within quotes a backslash escapes. */
function quotedForNode(path: string): string {
  return `"${path.replace(/["\\]/g, '\\$&')}"`;
}

/** JAVA_TOOL_OPTIONS are cut at spaces; quotes keep them, and nothing escapes. */
function quotedForJvm(path: string): string {
  return /\s/.test(path) ? `"${path}"` : path;
}
