/** What `kube-doh dns` puts together: sockets, the stub resolver, the edges, and what is asked of others. */
import { networkInterfaces } from 'node:os';
import type { Log } from '../../../sync-agent/log.ts';
import { formatName, type Name } from '../../../zone/name.ts';
import type { Resolver } from '../../dns-server/resolver.ts';
import { type DnsServer, formatAddress, serveDns } from '../../dns-server/serve-dns.ts';
import { bootstrapLookup, checkBootstrap } from '../../do53/bootstrap-lookup.ts';
import { chaseThroughServers } from '../../do53/chase-servers.ts';
import { chaseThroughSystem } from '../../do53/chase-system.ts';
import { forwardTo } from '../../do53/forward.ts';
import type { ServerAddress, Servers } from '../../do53/server-address.ts';
import { readUpstreams } from '../../do53/upstreams.ts';
import type { FollowedConnections } from '../../profiles/connection.ts';
import type { Profile } from '../../profiles/profile.ts';
import { writeReadyFile } from '../../ready-file.ts';
import type { Chase, Others } from '../../stub/contract.ts';
import { StubResolver } from '../../stub/stub-resolver.ts';
import { ambiguityOf } from './ambiguous-listen.ts';
import { EdgeSources } from './edge-sources.ts';
import { withQuestionLog } from './question-log.ts';
import type { ReadyFile } from './ready-file.ts';
import type { ServeSettings } from './serve-options.ts';
import { watchForSleep } from './sleep-watch.ts';
import { StrangerLog } from './stranger-log.ts';
import { logEvent } from './stub-log.ts';

/** Serves until the signal aborts. Rejects with an error of one line. */
export async function serveNames(
  settings: ServeSettings,
  connections: FollowedConnections,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  const door = new Door();
  const strangers = new StrangerLog(log, () => performance.now());
  const allowed = (address: string): boolean => {
    if (settings.isAllowed(address)) return true;
    strangers.note(address);
    return false;
  };
  const servers = await openAll(settings.listen, allowed, door);
  let endWatch = (): void => {};
  let edges: EdgeSources | undefined;
  try {
    const ownAddresses = servers.map(({ address: { host, port } }) => ({ address: host, portNumber: port }));
    const upstreams = settings.upstreams.length === 0 ? undefined : readUpstreams(settings.upstreams, ownAddresses);
    let profiles = connections.profiles;
    const zones = (): readonly Name[] => [...profiles.flatMap((profile) => profile.zones), ...settings.reverseZones];
    warnOfEdges(profiles, settings, zones, log);
    const follow = (): void => {
      const changed = changeOf(connections, log);
      if (changed === undefined || !replaced(changed)) return;
      profiles = changed;
      warnOfEdges(profiles, settings, zones, log);
      resolver.replaceSources(edges!.sources);
      log.info(`the profiles changed; ${described(profiles)}`);
    };
    const replaced = (changed: readonly Profile[]): boolean => {
      try {
        edges!.replace(changed);
        return true;
      } catch (error) {
        log.warn(`the profiles changed, and those from before still count: ${(error as Error).message}`);
        return false;
      }
    };
    edges = new EdgeSources({
      lookup: bootstrapLookup({ addresses: settings.bootstrap, zones, ownAddresses, servers: upstreams }),
      reverseZones: settings.reverseZones,
      onRefusedToken: follow,
    });
    edges.replace(profiles);
    const resolver = new StubResolver({
      sources: edges.sources,
      ...outsideOf(upstreams, ownAddresses),
      ownZones: settings.ownZones,
      clock: { wallMilliseconds: () => Date.now(), steadyMilliseconds: () => performance.now() },
      staleSeconds: settings.staleSeconds,
      random: Math.random,
      tell: (event) => logEvent(log, event, settings.staleSeconds),
    });
    door.resolver = settings.logsQuestions ? withQuestionLog(resolver, (line) => log.info(line)) : resolver;
    const onWake = (): void => {
      log.info('this machine slept: the edges are connected to anew');
      edges!.reset();
    };
    endWatch = watchForSleep(onWake, follow);
    const listen = servers.map(({ address }) => formatAddress(address));
    for (const { host } of settings.listen) {
      const ambiguity = ambiguityOf(host, networkInterfaces());
      if (ambiguity !== undefined) log.warn(ambiguity);
    }
    log.info(`answering on ${listen.join(' and ')}; ${described(profiles)}`);
    if (settings.readyFile !== undefined) {
      const shown = [...new Set(zones().map((zone) => formatName(zone).slice(0, -1)))];
      const ready: ReadyFile = { listen, zones: shown, profiles: profiles.map(({ name }) => name) };
      writeReadyFile(settings.readyFile, ready);
    }
    await aborted(signal);
  } finally {
    endWatch();
    edges?.close();
    await closeAll(servers);
  }
}

/** Sockets are opened before there is anybody who answers: upstream servers must not be themselves. */
class Door implements Resolver {
  resolver: Resolver | undefined;

  answer(...[message, transport]: Parameters<Resolver['answer']>): ReturnType<Resolver['answer']> {
    return this.resolver?.answer(message, transport);
  }
}

async function openAll(
  listen: ServeSettings['listen'],
  allowed: (address: string) => boolean,
  resolver: Resolver,
): Promise<DnsServer[]> {
  const servers: DnsServer[] = [];
  try {
    for (const { host, port } of listen) servers.push(await serveDns({ host, port, allowed, resolver }));
    return servers;
  } catch (error) {
    await closeAll(servers);
    throw error;
  }
}

async function closeAll(servers: readonly DnsServer[]): Promise<void> {
  await Promise.all(servers.map((server) => server.close()));
}

/** What becomes of names outside the zones, and of aliases that lead there. */
function outsideOf(
  upstreams: Servers | undefined,
  ownAddresses: readonly ServerAddress[],
): { readonly others: Others; readonly chase: Chase } {
  if (upstreams === undefined) return { others: { kind: 'refuse' }, chase: chaseThroughSystem() };
  return {
    others: { kind: 'forward', forward: forwardTo(upstreams, { ownAddresses }) },
    chase: chaseThroughServers(upstreams, { ownAddresses }),
  };
}

/** Tells of an edge whose own address would be asked of itself. What others know is answered all the same. */
function warnOfEdges(
  profiles: readonly Profile[],
  { bootstrap }: ServeSettings,
  zones: () => readonly Name[],
  log: Log,
): void {
  for (const { name, edge } of profiles) {
    try {
      checkBootstrap(edge.hostname, { addresses: bootstrap, zones });
    } catch (error) {
      log.warn(`${name}: ${(error as Error).message}`);
    }
  }
}

/** A file that somebody broke does not end what works. */
function changeOf(connections: FollowedConnections, log: Log): readonly Profile[] | undefined {
  try {
    return connections.readIfChanged();
  } catch (error) {
    log.warn(`the profiles changed, and those from before still count: ${(error as Error).message}`);
    return undefined;
  }
}

function described(profiles: readonly Profile[]): string {
  if (profiles.length === 0) return 'there is no profile yet: log in with kube-doh login URL';
  return profiles.map(({ name, zones }) => `${name}: ${zones.map(formatName).join(' ')}`).join('; ');
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
