/** Whether the DNS servers that the system is set to know a name: asked directly, past nsswitch.conf(5) and its caches. */
import { Resolver } from 'node:dns/promises';

const patienceMilliseconds = 3000;

export async function dnsFinds(name: string): Promise<boolean> {
  const resolver = new Resolver({ timeout: patienceMilliseconds, tries: 1 });
  const found = [resolver.resolve4(name), resolver.resolve6(name)].map((addresses) =>
    addresses.then(
      (all) => all.length > 0,
      () => false,
    ),
  );
  return (await Promise.all(found)).includes(true);
}
