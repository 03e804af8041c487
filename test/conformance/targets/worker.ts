/**
 * The Worker in workerd, in every setting that the cases need. HTTP/1.1 is spoken with workerd itself, HTTP/2 with the
 * door that `npm start` puts in front of it.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createServerCertificate, type ServerCertificate } from '../../../demo/edge/certificate.ts';
import { startWorkerd, type Workerd } from '../../../demo/edge/workerd.ts';
import { Ending } from '../../../demo/ending.ts';
import { startFront } from '../../../edge/front/front.ts';
import type { HttpRequest, Place } from '../http/exchange.ts';
import { Endpoint } from './endpoint.ts';
import { endpointHost, limitPerMinute } from './places.ts';
import { defaultCluster, Publishing } from './publishing.ts';
import type { Target } from './target.ts';
import { startUpstream } from './upstream.ts';

type Setting = 'open' | 'closed' | 'nxdomain' | 'forward' | 'limited';

const tightLimit = { limit: limitPerMinute, periodSeconds: 60 } as const;
const tightLimits = { RATE_BY_TOKEN: tightLimit, RATE_BY_ADDRESS: tightLimit };
const expiringMilliseconds = 3000;

export async function startWorker(): Promise<Target> {
  const ending = new Ending();
  try {
    return await start(ending);
  } catch (error) {
    await ending.run();
    throw error;
  }
}

async function start(ending: Ending): Promise<Target> {
  const certificate = await createServerCertificate(['127.0.0.1'], Date.now());
  const upstream = await startUpstream();
  ending.add(() => upstream.stop());
  const settings = {
    open: {},
    closed: { ENDPOINT_HOST: endpointHost },
    nxdomain: { OUTSIDE_ZONE: 'nxdomain' },
    forward: { OUTSIDE_ZONE: `forward:${upstream.url}` },
    limited: {},
  };
  const startOne = async ([setting, variables]: readonly [Setting, Record<string, string>]) => {
    const isOpen = setting !== 'closed' && setting !== 'limited';
    const rateLimits = setting === 'limited' ? tightLimits : {};
    const workerd = await startWorkerd({ isOpen, defaultCluster, variables, rateLimits, log: () => {} });
    ending.add(() => workerd.stop());
    return [setting, await endpointOf(workerd, certificate, setting, ending)] as const;
  };
  const all = Object.entries(settings) as [Setting, Record<string, string>][];
  const endpoints = new Map<Setting, Endpoint>(await Promise.all(all.map(startOne)));
  return {
    name: 'worker',
    description: 'kube-doh in workerd',
    send: (request) => {
      const { setting, prefix } = whereIs(request.at);
      return endpoints.get(setting)!.ask(prefix === '' ? request : below(prefix, request));
    },
    stop: () => ending.run(),
  };
}

async function endpointOf(
  workerd: Workerd,
  certificate: ServerCertificate,
  setting: Setting,
  ending: Ending,
): Promise<Endpoint> {
  const front = await startFront({ host: '127.0.0.1', port: 0, certificate, upstream: workerd.upstream });
  ending.add(() => front.stop());
  const publishing = new Publishing(workerd);
  await publishing.publishDefault();
  if (setting === 'open') await publishing.publishStates(workerd.store);
  const words = await wordsOf(setting, publishing);
  const http1 = { port: Number(workerd.url.port), authorityPem: undefined };
  const endpoint = new Endpoint(http1, { port: front.port, authorityPem: certificate.authorityPem }, words);
  ending.add(async () => endpoint.close());
  return endpoint;
}

async function wordsOf(setting: Setting, publishing: Publishing): Promise<Record<string, string>> {
  const clusters = [defaultCluster];
  switch (setting) {
    case 'closed':
      return credentials(publishing);
    case 'limited':
      return { token: await publishing.createToken({ clusters }), other: await publishing.createToken({ clusters }) };
    default:
      return {};
  }
}

/** A token for everything, and one in each state in which it is less. */
async function credentials(publishing: Publishing): Promise<Record<string, string>> {
  const clusters = [defaultCluster];
  const token = await publishing.createToken({ clusters });
  const shop = await publishing.createToken({ clusters, namespaces: ['shop'] });
  const other = await publishing.createToken({ clusters: ['other'] });
  const revoked = await publishing.createToken({ clusters });
  await publishing.revokeToken(revoked);
  // Last, since it has to be created before it expires.
  const expiresAt = Date.now() + expiringMilliseconds;
  const expired = await publishing.createToken({ clusters, expiresAt });
  await sleep(Math.max(0, expiresAt - Date.now()) + 1);
  const unknown = `kd1${randomBytes(28)
    .toString('hex')
    .replace(/[0189]/g, 'a')}`;
  const basic = Buffer.from(`anybody:${token}`).toString('base64');
  return { token, shop, other, expired, revoked, unknown, basic };
}

function whereIs(place: Place): { readonly setting: Setting; readonly prefix: string } {
  switch (place) {
    case 'open':
    case 'closed':
    case 'nxdomain':
    case 'forward':
    case 'limited':
      return { setting: place, prefix: '' };
    default:
      return { setting: 'open', prefix: `/c/${place}` };
  }
}

function below(prefix: string, request: HttpRequest): HttpRequest {
  return { ...request, path: prefix + request.path };
}
