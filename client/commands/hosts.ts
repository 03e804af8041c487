/** `kube-doh hosts`: names of Services and of their pods for a hosts file, or for what is like one. */
import { Edges } from '../export/edges.ts';
import { formatHosts, hostFormats } from '../export/host-formats.ts';
import type { HostLine } from '../export/host-lines.ts';
import { withBlock, withoutBlock } from '../export/hosts-block.ts';
import { changeHostsFile, systemHostsFile } from '../export/hosts-file.ts';
import { type ServiceHosts, serviceHosts } from '../export/service-hosts.ts';
import { readConnection } from '../profiles/connection.ts';
import { thisMachine } from './dns/this-machine.ts';
import { readHostsCommand, usage, type WantedHosts } from './hosts/command-line.ts';
import { readService } from './hosts/service.ts';
import { watchHosts } from './hosts/watch.ts';

const limits =
  'a hosts file has no SRV records and no wildcards, and goes stale when pods restart: run this again, or --watch';

/** Rejects with an error whose message is one clear line. */
export async function run(args: readonly string[]): Promise<void> {
  const command = readHostsCommand(args);
  switch (command.kind) {
    case 'help':
      return void process.stdout.write(usage);
    case 'remove':
      return remove(pathOf(command), command.profiles);
    default:
      return await exportHosts(command);
  }
}

function pathOf({ file }: { readonly file: string | undefined }): string {
  return file ?? systemHostsFile(process.platform, process.env);
}

function remove(path: string, profiles: readonly string[]): void {
  const isChanged = changeHostsFile(path, (text) =>
    profiles.length === 0 ? withoutBlock(text) : profiles.reduce<string | undefined>(withoutBlock, text),
  );
  tell(isChanged ? `${path}: the names are taken out` : `${path}: there were no names of ours`);
}

async function exportHosts(wanted: WantedHosts): Promise<void> {
  const path = pathOf(wanted);
  // The login is the user's, also when sudo is there for the file.
  const profile = await readConnection(wanted.connection, thisMachine(process.env).environment);
  const services = wanted.services.map((text) => readService(text, profile.zones));
  const edges = new Edges([profile]);
  const look = (): Promise<ServiceHosts> => serviceHosts(edges.ask, services, profile.zones, wanted.withShortNames);
  const write = (lines: readonly HostLine[]): boolean => {
    const isChanged = changeHostsFile(path, (text) =>
      withBlock(text, profile.name, hostFormats.hosts(lines), process.platform === 'win32' ? '\r\n' : '\n'),
    );
    if (isChanged) tell(`${path}: ${lines.length === 1 ? '1 line is' : `${lines.length} lines are`} written`);
    return isChanged;
  };
  try {
    tell(limits);
    if (wanted.kind === 'watch') {
      await watchHosts({ look, write, tell });
      if (wanted.removesAtEnd) remove(path, [profile.name]);
      return;
    }
    const { lines, problems, isIncomplete } = await look();
    for (const problem of problems) tell(problem);
    if (wanted.kind === 'print') process.stdout.write(formatHosts(wanted.format, lines));
    else if (!write(lines)) tell(`${path}: nothing has changed`);
    if (isIncomplete) process.exitCode = 1;
  } finally {
    edges.close();
  }
}

function tell(line: string): void {
  process.stderr.write(`kube-doh: ${line}\n`);
}
