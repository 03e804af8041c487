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

/** The environment with what is needed added to what is there. */
export function childEnvironment(environment: Environment, { hookFile, hosts }: Mechanisms): Environment {
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
