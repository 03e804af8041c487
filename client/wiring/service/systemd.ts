/** The unit of the stub: a user of its own with nothing but the network, where it can read what it runs. */

import type { HostFacts } from '../facts.ts';
import { mark } from '../mark.ts';
import type { Command, Step } from '../step.ts';

export const serviceUnit = 'kube-doh-dns.service';
export const watchUnit = 'kube-doh-dns.path';
const restartUnit = 'kube-doh-dns-login.service';

const unitFolder = '/etc/systemd/system';
/** Below it a port takes a capability, capabilities(7). */
const firstFreePort = 1024;

/** The first release with LoadCredential= (systemd.exec(5)). */
const credentialSystemdVersion = 247;

export function systemdSteps(
  facts: HostFacts,
  version: number,
  command: Command,
  port: number,
  profilesFile: string,
): readonly Step[] {
  // Under a home that is closed to others, only its owner can run the program at all.
  const isOwnUser = facts.launcherIsPublic && version >= credentialSystemdVersion;
  const identity = isOwnUser ? credentialIdentity(profilesFile) : callerIdentity(facts.caller, profilesFile);
  const steps: Step[] = [
    { kind: 'reload', service: 'systemd', when: 'undo' },
    unitFile(serviceUnit, serviceText(command, port, identity)),
  ];
  // Credentials are copied when the service starts: a new login counts once it starts anew.
  if (isOwnUser) steps.push(unitFile(watchUnit, watchText(profilesFile)), unitFile(restartUnit, restartText));
  steps.push(
    { kind: 'reload', service: 'systemd', when: 'do' },
    { kind: 'run', starts: 'systemd-service', command: ['systemctl', 'enable', '--now', serviceUnit] },
  );
  if (isOwnUser) {
    steps.push({ kind: 'run', starts: 'systemd-watch', command: ['systemctl', 'enable', '--now', watchUnit] });
  }
  return steps;
}

function unitFile(name: string, content: string): Step {
  return { kind: 'file', path: `${unitFolder}/${name}`, content: `# ${mark}\n${content}`, mode: 0o644 };
}

/**
 * The file stays with its owner; the service sees a copy, under a path that systemd.exec(5) fixes. What Node has compiled lies
 * in a /tmp that only the service sees, which is gone when it ends.
 */
function credentialIdentity(profilesFile: string): string {
  return `DynamicUser=yes
LoadCredential=profiles.json:${escaped(profilesFile)}
Environment=KUBE_DOH_PROFILES=/run/credentials/${serviceUnit}/profiles.json
PrivateTmp=yes
Environment=NODE_COMPILE_CACHE=/tmp/compiled
ProtectHome=yes`;
}

/** What Node has compiled lies where it is gone when the service ends; the program itself may lie below /tmp. */
function callerIdentity(caller: string | undefined, profilesFile: string): string {
  return `User=${caller ?? 'root'}
Environment=${quoted(`KUBE_DOH_PROFILES=${profilesFile}`)}
RuntimeDirectory=kube-doh-dns
Environment=NODE_COMPILE_CACHE=/run/kube-doh-dns
ProtectHome=read-only`;
}

function serviceText(command: Command, port: number, identity: string): string {
  const capabilities = port < firstFreePort ? 'CAP_NET_BIND_SERVICE' : '';
  return `[Unit]
Description=Names of Kubernetes clusters, asked for over HTTPS
After=network.target
Before=nss-lookup.target
Wants=nss-lookup.target
StartLimitIntervalSec=0

[Service]
ExecStart=${command.map(argument).join(' ')}
Restart=always
RestartSec=1
${identity}
AmbientCapabilities=${capabilities}
CapabilityBoundingSet=${capabilities}
NoNewPrivileges=yes
ProtectSystem=strict
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
LockPersonality=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service @pkey
SystemCallErrorNumber=EPERM
UMask=0077

[Install]
WantedBy=multi-user.target
`;
}

function watchText(profilesFile: string): string {
  return `[Unit]
Description=A new login of kube-doh

[Path]
PathChanged=${escaped(profilesFile)}
Unit=${restartUnit}

[Install]
WantedBy=multi-user.target
`;
}

/** Without a limit: several logins at once would pass it, and then systemd watches the path no more. */
const restartText = `[Unit]
Description=Gives the stub of kube-doh a new login
StartLimitIntervalSec=0

[Service]
Type=oneshot
ExecStart=/bin/systemctl try-restart ${serviceUnit}
`;

/** systemd.service(5), "Command lines": as one word in which nothing is replaced. */
function argument(text: string): string {
  return quoted(text.replaceAll('$', '$$$$'));
}

/** systemd.syntax(7), "Quoting". */
function quoted(text: string): string {
  const plain = escaped(text);
  return /^[\w@%+=:,./$-]+$/.test(plain) ? plain : `"${plain.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** systemd.unit(5), "Specifiers". */
function escaped(text: string): string {
  return text.replaceAll('%', '%%');
}
