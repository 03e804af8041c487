/** Where it is noted what an install did. */

const folders: Partial<Record<NodeJS.Platform, string>> = {
  darwin: '/var/db/kube-doh',
  win32: 'C:\\ProgramData\\kube-doh',
};

export function stateFolder(platform: NodeJS.Platform): string {
  return folders[platform] ?? '/var/lib/kube-doh';
}

export function statePath(platform: NodeJS.Platform): string {
  return `${stateFolder(platform)}${platform === 'win32' ? '\\' : '/'}wiring.json`;
}
