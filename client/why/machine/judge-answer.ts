/** What a machine's own answer for a name means beside the edge's. Pure. */
import { flushCommand } from './flush.ts';
import type { Here } from './here.ts';
import { type Judgement, judged, type MachineCause } from './machine-cause.ts';

export interface Looked {
  /** Without a final dot. */
  readonly name: string;
  /** The zone that holds it, without a final dot. */
  readonly zone: string;
  /** What the edge answers, A and AAAA; none where it has no such name. */
  readonly addresses: readonly string[];
}

export function judgeAnswer(looked: Looked, here: Here): Judgement {
  const { name, addresses } = looked;
  const { answer } = here;
  if (addresses.length === 0) return withoutEdge(looked, here);
  if (answer.kind !== 'addresses') {
    const what = answer.kind === 'none' ? `does not find ${name}` : `gets no answer for ${name} (${answer.code})`;
    return judged(step(false, `this machine ${what}`), causeOfNothing(looked, here));
  }
  const common = answer.addresses.filter((address) => addresses.includes(address));
  if (common.length === 0) {
    const text = `this machine finds ${name} at ${listed(answer.addresses)}, and the edge at ${listed(addresses)}`;
    return judged(step(false, text), causeOfOther(looked, here));
  }
  const isSame = common.length === addresses.length && common.length === answer.addresses.length;
  const what = isSame ? listed(addresses) : `${listed(answer.addresses)}; the edge has ${listed(addresses)}`;
  return judged(step(true, `this machine finds ${name} at ${what}`));
}

/** What the edge does not have may be here all the same. */
function withoutEdge({ name }: Looked, { answer }: Here): Judgement {
  if (answer.kind !== 'addresses') return { steps: [], cause: undefined };
  const where = `at ${listed(answer.addresses)} all the same`;
  return judged(step(false, `this machine finds ${name} ${where}: by its hosts file, a cache or another server`));
}

function causeOfOther({ name, zone }: Looked, here: Here): MachineCause {
  if (here.hostsFile.length > 0) {
    return {
      code: 'HOSTS_FILE',
      text: `The hosts file of this machine has another address for ${name}: ${listed(here.hostsFile)}.`,
      next: 'Correct or remove its line there; "kube-doh hosts --remove" takes out those that kube-doh wrote.',
    };
  }
  const flush = flushCommand(here.platform, here.caches);
  return {
    code: 'OTHER_ANSWER',
    text: `Somebody else answers for ${zone} on this machine, or a cache has an address of before.`,
    next: `See who is asked, with ${whoIsAsked(here.platform)}${flush === undefined ? '' : `, and flush: "${flush}"`}.`,
  };
}

function causeOfNothing(looked: Looked, here: Here): MachineCause {
  const { zone } = looked;
  const { wired, platform } = here;
  switch (wired.kind) {
    case 'nothing':
      return notWired(looked, platform);
    case 'unreadable':
      return {
        code: 'WIRING_BROKEN',
        text: `It cannot be told whether this machine asks the edge for ${zone}: ${wired.reason}.`,
        next: 'See "kube-doh dns status".',
      };
    case 'other-zones':
      return {
        code: 'ZONE_NOT_WIRED',
        text: `This machine asks the edge for ${wired.zones.join(', ')}, and not for ${zone}.`,
        next: `Wire it with the zones of all logins: ${install(platform)}.`,
      };
    case 'wired':
      return causeBehindStub(looked, here, wired);
  }
}

function causeBehindStub(
  { name, zone }: Looked,
  { platform, answer, mdnsSource, dnsFinds, caches }: Here,
  { listen, problems, rcode }: Extract<Here['wired'], { kind: 'wired' }>,
): MachineCause {
  const [problem] = problems;
  if (problem !== undefined) {
    return {
      code: 'WIRING_BROKEN',
      text: `Names do not get from this machine to the edge: ${problem}.`,
      next: `Do that, or wire the machine anew: ${install(platform)}; "kube-doh dns status" shows how it stands.`,
    };
  }
  if (rcode === rcodes.noSuchName) {
    return {
      code: 'STUB_REMEMBERS',
      text: `The stub at ${listen} remembers that ${name} was not there.`,
      next: 'Wait for half a minute and try again, or start the stub anew.',
    };
  }
  // nss-mdns since 0.11 lets names of three labels and more pass.
  if (isLocal(zone) && mdnsSource !== undefined && dnsFinds) {
    return {
      code: 'LOCAL_TO_MDNS',
      text: `Names of .local end at ${mdnsSource} in /etc/nsswitch.conf, before DNS is asked.`,
      next: `Put dns or resolve before ${mdnsSource} in its line "hosts:", or ask by an alias zone.`,
    };
  }
  if (answer.kind === 'failed') {
    return {
      code: 'RESOLVER_FAILED',
      text: `The stub at ${listen} knows ${name}, and the system's resolver gives no answer (${answer.code}).`,
      next: `See whom it asks, with ${whoIsAsked(platform)}.`,
    };
  }
  const flush = flushCommand(platform, caches);
  const isMac = platform === 'darwin' && isLocal(zone);
  const permission = isMac ? '; this program also needs the permission "Local Network" for names of .local' : '';
  return {
    code: 'NEGATIVE_CACHE',
    text: `The stub at ${listen} knows ${name}, and this machine remembers that it was not there.`,
    next: `${flush === undefined ? 'Wait for a minute and try again' : `Flush its cache: "${flush}"`}${permission}.`,
  };
}

function notWired({ zone }: Looked, platform: NodeJS.Platform): MachineCause {
  const otherwise = '"kube-doh run" and "kube-doh hosts" do without';
  return isLocal(zone)
    ? {
        code: 'LOCAL_NOT_ROUTED',
        text: `Nothing sends ${zone} from this machine to the edge, and .local is the domain of multicast DNS.`,
        next: `Wire the machine: ${install(platform)}; ${otherwise}.`,
      }
    : {
        code: 'NOT_WIRED',
        text: `Nothing sends ${zone} from this machine to the edge.`,
        next: `Wire the machine: ${install(platform)}; ${otherwise}.`,
      };
}

/** RFC 1035 §4.1.1. */
const rcodes = { noSuchName: 3 } as const;

function isLocal(zone: string): boolean {
  return zone === 'local' || zone.endsWith('.local');
}

/** Root may not have this command in its PATH: who calls it without sudo is told how to. */
function install(platform: NodeJS.Platform): string {
  return `"kube-doh dns install"${platform === 'win32' ? ' as administrator' : ' tells the command for sudo'}`;
}

function whoIsAsked(platform: NodeJS.Platform): string {
  if (platform === 'darwin') return '"scutil --dns"';
  return platform === 'win32' ? '"Get-DnsClientNrptPolicy"' : '"resolvectl status" or "cat /etc/resolv.conf"';
}

const maxListed = 3;

function listed(addresses: readonly string[]): string {
  const more = addresses.length > maxListed ? ` and ${addresses.length - maxListed} more` : '';
  return `${addresses.slice(0, maxListed).join(', ')}${more}`;
}

function step(ok: boolean, text: string): Judgement['steps'][number] {
  return { step: 'resolver', ok, text };
}
