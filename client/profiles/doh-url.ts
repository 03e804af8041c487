/** URLs of an edge as people have them: its origin, or the whole address of its DoH service, perhaps with a token in it. */
import { UsageError } from '../../sync-agent/usage.ts';
import { type ClusterId, parseClusterId } from '../../zone/cluster-id.ts';
import { readEdge } from '../edge-url.ts';

export interface DohUrl {
  readonly edge: URL;
  /** Secret. */
  readonly token: string | undefined;
  readonly cluster: ClusterId | undefined;
}

const paths = /^(?:\/t\/([\w.~-]+))?(?:\/c\/([a-z0-9-]{1,32}))?(?:\/dns-query)?\/?$/;

/** `label` is where it was given. Throws UsageError, which does not repeat what may hold a token. */
export function readDohUrl(text: string, label: string): DohUrl {
  // RFC 8484 §4.1.1 has it for GET.
  const bare = text.replace(/\{\?dns\}$/, '');
  const url = URL.canParse(bare) ? new URL(bare) : undefined;
  const path = url === undefined ? null : paths.exec(url.pathname);
  if (url === undefined || path === null || url.origin === 'null' || hasMore(url)) {
    throw new UsageError(
      `${label} is no URL of an edge: pass one such as https://dns.example.com or https://dns.example.com/c/prod/dns-query`,
    );
  }
  if (/^kd1[a-z2-7]{56}\./.test(url.hostname)) {
    throw new UsageError(
      `${label} has a token in the name of its host: leave it out there, and pass --token-file FILE`,
    );
  }
  const [, token, cluster] = path;
  return {
    edge: readEdge(url.origin, label),
    token,
    cluster: cluster === undefined ? undefined : parseClusterId(cluster),
  };
}

function hasMore({ username, password, search, hash }: URL): boolean {
  return username !== '' || password !== '' || search !== '' || hash !== '';
}
