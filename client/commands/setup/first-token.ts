/** A first token for a cluster, in a file: made once, and found from then on. */
import type { ClusterId } from '../../../zone/cluster-id.ts';
import type { Administration } from '../../administration.ts';
import { isTokenText } from '../../profiles/token-text.ts';
import { fieldsOf } from '../table.ts';
import { readPrivateFile, writeMade } from './private-file.ts';
import { SetupError } from './registration.ts';

export interface FirstToken {
  /** `elsewhere`: it was made before, and is not in this file. Nobody can show it again. */
  readonly state: 'made' | 'found' | 'elsewhere';
  readonly id: string;
  /** Secret. */
  readonly text: string | undefined;
}

export interface WantedToken {
  readonly cluster: ClusterId;
  readonly path: string;
  /** Unix milliseconds; null: until it is revoked. */
  readonly expiresAt: number | null;
}

/** Undefined when none was made yet. Rejects with SetupError, AdministrationError and PrivateFileError. */
export async function findToken(
  administration: Administration,
  { cluster, path }: WantedToken,
): Promise<FirstToken | undefined> {
  const { tokens } = await administration.call('GET', '/v1/tokens');
  const listed = (Array.isArray(tokens) ? tokens.map(fieldsOf) : []).filter(({ clusters }) =>
    Array.isArray(clusters) ? clusters.includes(cluster) : false,
  );
  const text = readPrivateFile(path)?.trim();
  if (text !== undefined) {
    const id = idIn(text);
    if (id !== undefined && listed.some((token) => token['id'] === id)) return { state: 'found', id, text };
    throw new SetupError(`${path} holds no token for cluster ${cluster}: choose another path with --token-file`);
  }
  const before = listed.find(({ name }) => name === nameOf(cluster));
  return before && { state: 'elsewhere', id: String(before['id']), text: undefined };
}

/** Rejects with AdministrationError and PrivateFileError. */
export async function makeToken(
  administration: Administration,
  { cluster, path, expiresAt }: WantedToken,
): Promise<FirstToken> {
  let text = '';
  await writeMade(path, async () => {
    const grant = { name: nameOf(cluster), clusters: [cluster], namespaces: null, zone: null, expiresAt };
    const { token } = await administration.call('POST', '/v1/tokens', grant);
    text = String(token);
    return `${text}\n`;
  });
  return { state: 'made', id: idIn(text) ?? '', text };
}

/** By which it is found again. */
function nameOf(cluster: ClusterId): string {
  return `setup of ${cluster}`;
}

/** Tokens are `kd1`, an id of 8 characters, and what is secret. */
function idIn(token: string): string | undefined {
  return isTokenText(token) ? /^kd1([a-z2-7]{8})/.exec(token)?.[1] : undefined;
}
