/** Java: questions through JNDI, which alone takes a name server. */
import { slashes } from '../comment.ts';
import type { PlainRecipe } from '../recipe.ts';
import { exampleName, hostAndPort } from '../setup.ts';

export const java: PlainRecipe = {
  summary: 'Java, through the stub: questions by JNDI',
  way: 'stub',
  scope: 'all zones',
  comment: slashes,
  write: (zones, { stub }) => ({
    remarks: [
      'InetAddress, and with it every driver, asks the system: wire that, or start the program with',
      '"kube-doh run --service SERVICE.NAMESPACE -- java ...".',
      'The JVM keeps addresses for 30 seconds and "does not exist" for 10 (networkaddress.cache.ttl, networkaddress.cache.negative.ttl).',
    ],
    use: [`ClusterDns.ask("${exampleName(zones[0])}", "A"), and likewise SRV`],
    verify: ['it returns an address'],
    undo: ['InetAddress.getAllByName'],
    body: `import java.util.Collections;
import java.util.Hashtable;
import java.util.List;
import javax.naming.Context;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.InitialDirContext;

public final class ClusterDns {
  public static List<?> ask(String name, String type) throws NamingException {
    Hashtable<String, String> environment = new Hashtable<>();
    environment.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.dns.DnsContextFactory");
    environment.put(Context.PROVIDER_URL, "dns://${hostAndPort(stub)}");
    Attribute records = new InitialDirContext(environment).getAttributes(name, new String[] {type}).get(type);
    return records == null ? List.of() : Collections.list(records.getAll());
  }
}`,
  }),
};
