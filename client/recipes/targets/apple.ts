/** A configuration profile for macOS 11, iOS 14 and later, as Apple's device management describes `com.apple.dnsSettings.managed`. */
import { xml } from '../comment.ts';
import { xmlEscaped } from '../quote.ts';
import type { EdgesRecipe } from '../recipe.ts';
import { type Edge, exampleName } from '../setup.ts';
import { uuidOf } from '../uuid.ts';

export const apple: EdgesRecipe = {
  summary: 'a profile for macOS and iOS, without a stub',
  way: 'edge',
  namesAuthority: false,
  edges: 'many',
  // mDNSResponder keeps encrypted DNS away from the names of RFC 6762, whatever a profile says.
  scope: 'outside .local',
  comment: xml,
  write: (edges) => ({
    remarks: [
      'Names of .local are never asked for over HTTPS on these systems; use the stub for them.',
      'A VPN whose DNS covers these zones comes first. dig, host and nslookup do not look here.',
    ],
    use: [
      'save it as kube-doh.mobileconfig and open it; then System Settings, General, Device Management',
      '(iOS: Settings, General, VPN & Device Management). It is shown as unsigned.',
    ],
    verify: [`macOS: dscacheutil -q host -a name ${exampleName(edges[0]?.zones[0])}`],
    undo: ['remove the profile "kube-doh" in the same place'],
    body: profile(edges),
  }),
};

/** The identifiers follow from the edges and zones: a new token replaces a profile that is installed, and is no second one. */
function profile(edges: readonly Edge[]): string {
  const uuid = uuidOf(`profile ${edges.map(identityOf).join(' ')}`);
  return `<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>PayloadContent</key>
  <array>
${edges.map(payload).join('\n')}
  </array>
  <key>PayloadDescription</key>
  <string>${xmlEscaped(`Sends ${zonesOf(edges)} to DNS over HTTPS.`)}</string>
  <key>PayloadDisplayName</key>
  <string>kube-doh</string>
  <key>PayloadIdentifier</key>
  <string>kube-doh.${uuid}</string>
  <key>PayloadRemovalDisallowed</key>
  <false/>
  <key>PayloadScope</key>
  <string>System</string>
  <key>PayloadType</key>
  <string>Configuration</string>
  <key>PayloadUUID</key>
  <string>${uuid}</string>
  <key>PayloadVersion</key>
  <integer>1</integer>
</dict>
</plist>`;
}

/** Without ServerAddresses: those of a content network change, and the host is looked up when there are none. */
function payload(edge: Edge): string {
  const uuid = uuidOf(`payload ${identityOf(edge)}`);
  return `    <dict>
      <key>DNSSettings</key>
      <dict>
        <key>DNSProtocol</key>
        <string>HTTPS</string>
        <key>ServerURL</key>
        <string>${xmlEscaped(edge.dohUrl)}</string>
        <key>SupplementalMatchDomains</key>
        <array>
${edge.zones.map((zone) => `          <string>${xmlEscaped(zone)}</string>`).join('\n')}
        </array>
      </dict>
      <key>PayloadDisplayName</key>
      <string>${xmlEscaped(`kube-doh ${edge.profile}`)}</string>
      <key>PayloadIdentifier</key>
      <string>kube-doh.dns.${uuid}</string>
      <key>PayloadType</key>
      <string>com.apple.dnsSettings.managed</string>
      <key>PayloadUUID</key>
      <string>${uuid}</string>
      <key>PayloadVersion</key>
      <integer>1</integer>
    </dict>`;
}

function identityOf({ identity, zones }: Edge): string {
  return [identity, ...zones].join(' ');
}

function zonesOf(edges: readonly Edge[]): string {
  return edges.flatMap(({ zones }) => zones).join(', ');
}
