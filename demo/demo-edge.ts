/**
 * The edge that the demo shows: the Worker in workerd with the cluster registered, and a door in front of it.
 */
import { writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { DohClient } from '../client/doh/doh-client.ts';
import { startFront } from '../edge/front/front.ts';
import type { ListenAddress } from '../sync-agent/configuration/listen.ts';
import { SigningKey } from '../sync-agent/publish/signing-key.ts';
import { formatName } from '../zone/name.ts';
import { createToken, registerCluster } from './administration.ts';
import { createServerCertificate } from './edge/certificate.ts';
import { startWorkerd } from './edge/workerd.ts';
import { Ending } from './ending.ts';
import type { RunSettings } from './options.ts';
import type { ReadyFile } from './ready-file.ts';

export interface DemoEdge {
  /** For people. */
  readonly description: string;
  /** Where and how to ask. */
  readonly ready: ReadyFile;
  /** A client that asks there. */
  readonly client: DohClient;
  /** Where to publish. */
  readonly workerUrl: URL;
  readonly signingKey: SigningKey;
  stop(): Promise<void>;
}

/** `directory` takes the certificate to trust. Throws ListenError when the address cannot be had. */
export async function startDemoEdge(
  settings: RunSettings,
  directory: string,
  log: (line: string) => void,
): Promise<DemoEdge> {
  const ending = new Ending();
  try {
    return await start(settings, directory, ending, log);
  } catch (error) {
    await ending.run();
    throw error;
  }
}

async function start(
  { agent, listen, isOpen, isPlain, outsideZone }: RunSettings,
  directory: string,
  ending: Ending,
  log: (line: string) => void,
): Promise<DemoEdge> {
  const { cluster, names } = agent;
  const variables = { OUTSIDE_ZONE: outsideZone };
  const workerd = await startWorkerd({ isOpen, defaultCluster: cluster, variables, log });
  ending.add(() => workerd.stop());
  const certificate = isPlain ? undefined : await createServerCertificate(namesOf(listen), Date.now());
  const front = await startFront({ ...listen, certificate, upstream: workerd.upstream });
  ending.add(() => front.stop());

  const signingKey = SigningKey.generate();
  const { zoneOrigins: zones, clustersetOrigins: clustersetZones } = names;
  await registerCluster(workerd, cluster, signingKey.publicKey, { zones, clustersetZones });
  const token = isOpen ? null : await createToken(workerd, cluster);
  const ca = certificate === undefined ? null : join(directory, 'ca.pem');
  if (certificate !== undefined && ca !== null) writeFileSync(ca, certificate.authorityPem);

  const url = `${isPlain ? 'http' : 'https'}://${hostInUrl(listen.host)}:${front.port}`;
  const doh = `${url}${token === null ? '' : `/t/${token}`}/dns-query`;
  const [zone, ...aliases] = names.zoneOrigins;
  const client = new DohClient({ url: new URL(doh), authorityPem: certificate?.authorityPem });
  ending.add(() => client.close());
  return {
    description: `${url} (workerd, ${isPlain ? 'HTTP/1.1' : 'HTTP/2 and HTTP/1.1'})`,
    ready: { url, doh, token, cluster, zones: [withoutDot(zone), ...aliases.map(withoutDot)], ca },
    client,
    workerUrl: workerd.url,
    signingKey,
    stop: () => ending.run(),
  };
}

/** The names under which the door is found. Who listens everywhere is found at each of the machine's addresses. */
function namesOf({ host }: ListenAddress): string[] {
  const isEverywhere = host === '0.0.0.0' || host === '::';
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return [host, 'localhost', '127.0.0.1', '::1', ...(isEverywhere ? all.map(({ address }) => address) : [])];
}

function hostInUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function withoutDot(zone: Parameters<typeof formatName>[0]): string {
  return formatName(zone).slice(0, -1);
}
