/** The administrator's key, of which the Worker holds only the hash. */
import { sha256Hexadecimal } from '../octets/sha256.ts';
import { tokenOf } from './credential.ts';
import { equalInConstantTime } from './secret.ts';

/** Whether the request carries the key. Without a hash to compare with nobody is the administrator. */
export async function isAdministrator(request: Request, keySha256: string | undefined): Promise<boolean> {
  const key = tokenOf(request, undefined);
  if (key === undefined || keySha256 === undefined) return false;
  return equalInConstantTime(await sha256Hexadecimal(key), keySha256);
}
