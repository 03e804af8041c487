/** What NetworkManager resolves names with, as its configuration says: NetworkManager.conf(5). */
import type { Host } from './host.ts';

/** The later ones count more. */
const folders = [
  { folder: '/usr/lib/NetworkManager/conf.d', isBeforeMain: true },
  { folder: '/run/NetworkManager/conf.d', isBeforeMain: true },
  { folder: '/etc/NetworkManager/conf.d', isBeforeMain: false },
] as const;

const mainFile = '/etc/NetworkManager/NetworkManager.conf';

export function usesDnsmasq(host: Host): boolean {
  const inFolder = (isBeforeMain: boolean) =>
    folders
      .filter((each) => each.isBeforeMain === isBeforeMain)
      .flatMap(({ folder }) =>
        host
          .list(folder)
          .filter((name) => name.endsWith('.conf'))
          .map((name) => `${folder}/${name}`),
      );
  const paths = [...inFolder(true), mainFile, ...inFolder(false)];
  const values = paths.flatMap((path) => dnsSettings(host.read(path)?.toString('utf8') ?? ''));
  return values.at(-1) === 'dnsmasq';
}

/** The values of `dns` under `[main]`. */
function dnsSettings(text: string): string[] {
  let section = '';
  return text.split('\n').flatMap((line) => {
    section = /^\s*\[([^\]]*)\]/.exec(line)?.[1] ?? section;
    return section === 'main' ? (/^\s*dns\s*=\s*(\S*)\s*$/.exec(line)?.[1] ?? []) : [];
  });
}
