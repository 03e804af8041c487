/** The stub as a daemon of launchd.plist(5), which runs as the user whose profiles it asks with. */
import { mark } from '../mark.ts';
import type { Command, Step } from '../step.ts';

export const launchdLabel = 'kube-doh.dns';

const path = `/Library/LaunchDaemons/${launchdLabel}.plist`;

export function launchdSteps(command: Command, caller: string | undefined, profilesFile: string): readonly Step[] {
  const user = caller === undefined ? '' : `\n  <key>UserName</key>\n  <string>${escaped(caller)}</string>`;
  const content = `<?xml version="1.0" encoding="UTF-8"?> <!-- ${mark} -->
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>${launchdLabel}</string>
  <key>ProgramArguments</key>
  <array>
${command.map((word) => `    <string>${escaped(word)}</string>`).join('\n')}
  </array>
  <key>EnvironmentVariables</key>
  <dict>
    <key>KUBE_DOH_PROFILES</key>
    <string>${escaped(profilesFile)}</string>
  </dict>${user}
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <true/>
  <key>ThrottleInterval</key>
  <integer>1</integer>
</dict>
</plist>
`;
  return [
    { kind: 'file', path, content, mode: 0o644 },
    // launchd takes no service while the one before it, which has been told to end, still does.
    { kind: 'run', starts: 'launchd-service', command: ['launchctl', 'bootstrap', 'system', path], retries: 10 },
  ];
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
