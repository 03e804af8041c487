/** From what a host is and what its user wants to the list of steps that wire it. Pure: `install` takes them. */
import { formatName } from '../../zone/name.ts';
import type { HostFacts } from './facts.ts';
import { dnsPort, formatListenAddress, type ListenAddress } from './listen-address.ts';
import { chooseMethod, type Method } from './method.ts';
import { dnsmasqSteps } from './methods/dnsmasq.ts';
import { macosSteps } from './methods/macos.ts';
import { resolvConfSteps, resolvConfStub } from './methods/resolv-conf.ts';
import { resolvedDelegateSteps, resolvedSteps, resolvedUpstreams } from './methods/resolved.ts';
import { unboundSteps } from './methods/unbound.ts';
import { windowsSteps } from './methods/windows.ts';
import { plainZone } from './plain-zone.ts';
import { canStartServices, serviceSteps } from './service/service.ts';
import type { WiringSettings } from './settings.ts';
import { shownCommand, shownWord } from './shown-command.ts';
import type { Step } from './step.ts';
import { type Stub, stubCommand } from './stub-command.ts';
import { listenersAt } from './udp-ports.ts';

export interface Plan {
  readonly kind: 'plan';
  readonly method: Method;
  readonly zones: readonly string[];
  readonly listen: ListenAddress;
  /** Whom the stub asks for other names. None: it refuses them. */
  readonly upstreams: readonly string[];
  readonly steps: readonly Step[];
  /** What the user has to know or to do himself, a line each. */
  readonly notes: readonly string[];
}

/** `reason` is one line that says what to do instead. */
export interface Unsupported {
  readonly kind: 'unsupported';
  readonly reason: string;
}

/** Whatever a method adds to the plan of all. */
export interface Wiring {
  readonly steps: readonly Step[];
  readonly notes: readonly string[];
}

export function planInstall(facts: HostFacts, settings: WiringSettings): Plan | Unsupported {
  const zones = settings.zones.flatMap((zone) => plainZone(zone) ?? []);
  const odd = settings.zones.find((zone) => plainZone(zone) === undefined);
  if (odd !== undefined) {
    return unsupported(`the zone "${formatName(odd)}" cannot be written into configurations: leave its profile out`);
  }
  const choice = chooseMethod(facts, settings.method);
  if (choice.kind === 'unsupported') return choice;
  const { method } = choice;
  const stub = planStub(method, facts, settings);
  if ('reason' in stub) return stub;
  if (startsServices(facts, settings) && listenersAt(stub.listen, facts.listeners).length > 0) {
    const where = formatListenAddress(stub.listen);
    return unsupported(`${where} is taken: end the stub or server that listens there, or choose another with --listen`);
  }
  const settled = { ...settings, stubOptions: [...settings.stubOptions, ...ownZoneOptions(zones, stub)] };
  const service = serviceSteps(facts, stub, settled);
  const wiring = methodSteps(method, facts, zones, stub);
  return {
    kind: 'plan',
    method,
    zones,
    listen: stub.listen,
    upstreams: stub.upstreams,
    // The stub first, so that nobody is sent to one that is not there.
    steps: [
      ...(service === undefined ? [] : [...service, { kind: 'await-stub', listen: stub.listen } as const]),
      ...wiring.steps,
    ],
    notes: [...(service === undefined ? [runItYourself(facts, stub, settled)] : []), ...wiring.notes],
  };
}

/** Where the stub listens, and whom it asks for other names. */
function planStub(method: Method, facts: HostFacts, settings: WiringSettings): Stub | Unsupported {
  const { listen, upstreams } = settings;
  switch (method) {
    case 'resolv-conf':
      // Who holds the port may be the stub that the user runs himself.
      return resolvConfStub(startsServices(facts, settings) ? facts : { ...facts, listeners: [] }, listen, upstreams);
    case 'windows': {
      const address = listen ?? { host: '127.0.0.53', port: dnsPort };
      return address.port === dnsPort
        ? { listen: address, upstreams }
        : unsupported(`Windows asks on port ${dnsPort} alone: use --listen 127.0.0.53:${dnsPort}`);
    }
    case 'resolved':
      return {
        listen: listen ?? usualListen,
        upstreams: upstreams.length > 0 ? upstreams : resolvedUpstreams(facts),
      };
    default:
      return { listen: listen ?? usualListen, upstreams };
  }
}

const usualListen: ListenAddress = { host: '127.0.0.1', port: 5300 };

function startsServices(facts: HostFacts, { service }: WiringSettings): boolean {
  return service !== undefined && canStartServices(facts);
}

function methodSteps(method: Method, facts: HostFacts, zones: readonly string[], stub: Stub): Wiring {
  switch (method) {
    case 'macos':
      return macosSteps(zones, stub.listen);
    case 'windows':
      return windowsSteps(zones, stub.listen);
    case 'resolved-delegate':
      return resolvedDelegateSteps(zones, stub.listen);
    case 'resolved':
      return resolvedSteps(facts, zones, stub);
    case 'networkmanager':
    case 'dnsmasq':
      return dnsmasqSteps(method, zones, stub.listen);
    case 'unbound':
      return unboundSteps(zones, stub.listen);
    case 'resolv-conf':
      return resolvConfSteps(facts, stub);
  }
}

/** What was once asked here goes to no upstream server, not even while nobody is logged in. */
function ownZoneOptions(zones: readonly string[], { upstreams }: Stub): string[] {
  return upstreams.length === 0 ? [] : zones.flatMap((zone) => ['--own-zone', zone]);
}

function runItYourself(facts: HostFacts, stub: Stub, { service, stubOptions }: WiringSettings): string {
  const command = shownCommand(stubCommand(facts, stub, stubOptions));
  const variable = service === undefined ? '' : `KUBE_DOH_PROFILES=${shownWord(service.profilesFile)} `;
  const why = service === undefined ? 'the stub is yours to run' : 'nothing known starts services here';
  return `${why}; names of the zones resolve while it runs at ${formatListenAddress(stub.listen)}: ${variable}${command}`;
}

function unsupported(reason: string): Unsupported {
  return { kind: 'unsupported', reason };
}
