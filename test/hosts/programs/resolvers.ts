/** Every way in which programs on a host find addresses of names. */
import { fileURLToPath } from 'node:url';
import type { Host } from '../room/host.ts';
import { goProgram, goResolvers } from './build.ts';

/** Of each name: its addresses, sorted, or `not found`, or `failed`. */
export type Found = readonly (readonly string[] | string)[];

export interface Resolver {
  readonly name: string;
  lookUp(host: Host, names: readonly string[]): Promise<Found>;
}

const nodeScript = fileURLToPath(new URL('./lookup.mjs', import.meta.url));
const pythonScript = fileURLToPath(new URL('./lookup.py', import.meta.url));
const cSource = fileURLToPath(new URL('./lookup.c', import.meta.url));

/** Those that every host with glibc has. `directory` holds what buildPrograms made. */
export function glibcResolvers(directory: string): readonly Resolver[] {
  return [
    getent,
    ofCommand('Python', ['python3', pythonScript]),
    ...goResolvers.map((resolver) => {
      const program = goProgram(directory, resolver);
      const name = resolver === 'go' ? 'Go alone' : 'Go with the C library';
      return ofCommand(name, [program], (host) => `host:${host}`, { GODEBUG: `netdns=${resolver}` });
    }),
    nodeResolver('lookup'),
    nodeResolver('resolve4'),
  ];
}

const muslProgram = '/tmp/lookup-musl';

/** Those that do without glibc, once the host has its program. */
export function muslResolvers(directory: string): readonly Resolver[] {
  return [
    ofCommand('musl', [muslProgram]),
    ofCommand('Go alone', [goProgram(directory, 'go')], (name) => `host:${name}`, { GODEBUG: 'netdns=go' }),
    nodeResolver('resolve4'),
  ];
}

export async function buildMuslProgram(host: Host): Promise<void> {
  await host.run(['musl-gcc', '-static', '-D_GNU_SOURCE', '-Wall', '-o', muslProgram, cSource]);
}

export function nodeResolver(method: 'lookup' | 'resolve4' | 'resolve6' | 'resolveSrv'): Resolver {
  return ofCommand(`Node's ${method}`, [process.execPath, nodeScript, method]);
}

const getent: Resolver = {
  name: 'getent',
  lookUp: (host, names) =>
    Promise.all(
      names.map(async (name) => {
        const { code, stdout } = await host.tries(['getent', 'ahosts', name]);
        // It cannot tell a name that does not exist from a question that nobody answered.
        if (code === 2) return 'not found';
        return [...stdout.matchAll(/^(\S+) +STREAM/gm)].map(([, address]) => address!).sort();
      }),
    ),
};

/** A program that prints JSON. */
function ofCommand(
  name: string,
  command: readonly string[],
  questionOf: (name: string) => string = (text) => text,
  environment: Readonly<Record<string, string>> = {},
): Resolver {
  return {
    name,
    lookUp: async (host, names) => JSON.parse(await host.run([...command, ...names.map(questionOf)], environment)),
  };
}
