/** `kube-doh dump`: a snapshot as text that people can read. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { parseCommandLine, UsageError } from '../../sync-agent/usage.ts';
import { dumpImage } from '../../zone/dump.ts';
import { maxImageOctets } from '../../zone/manifest.ts';

const usage = `kube-doh dump FILE

Prints a snapshot as zone file text. FILE holds it as it is stored at the edge, compressed, or inflated.
`;

/** Rejects with an error whose message is one clear line. */
export async function run(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseCommandLine(
    { args: [...args], options: { help: { type: 'boolean', short: 'h' } }, allowPositionals: true },
    'kube-doh dump --help',
  );
  if (values.help) return void process.stdout.write(usage);
  const [path, ...others] = positionals;
  if (path === undefined || others.length > 0) {
    throw new UsageError('the command is "kube-doh dump FILE"; see kube-doh dump --help');
  }
  process.stdout.write(dumpImage(inflated(path, read(path))));
}

function read(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new Error(`cannot read the snapshot (${(cause as Error).message}): pass the path of a readable file`, {
      cause,
    });
  }
}

function inflated(path: string, octets: Uint8Array): Uint8Array {
  // RFC 1952 §2.3.1; an image begins otherwise.
  const isGzip = octets[0] === 0x1f && octets[1] === 0x8b;
  if (!isGzip) return octets;
  try {
    return gunzipSync(octets, { maxOutputLength: maxImageOctets });
  } catch (cause) {
    throw new Error(`${path} is compressed and damaged, or larger than a snapshot may be`, { cause });
  }
}
