/** The names that histories use. Pure. */

/** Services and what is made for them; two are words of the DNS schema. */
export const serviceNames = ['web', 'db', 'svc', 'tcp'] as const;

export function serviceName(id: number): string {
  return serviceNames[id % serviceNames.length]!;
}

export const sourceClusters = ['east', 'west'] as const;

export const hostnames = ['web-0', 'web-1', 'east', 'tcp'] as const;

export const portNames = ['http', 'dns', 'tcp', 'x-1'] as const;
export const portNumbers = [53, 80, 443, 8080] as const;

/** Of pods; the last are no labels: one has dots, one is too long. */
export const podNames = ['db-0', 'web-1', 'job.x-1', 'x'.repeat(64)] as const;

export const externalTargets = [
  'example.com',
  'www.example.com.',
  '192.0.2.1',
  'cluster.local',
  'svc.cluster.local',
  'dns-version.cluster.local',
  'nope.cluster.local',
  'kubernetes.default.svc.cluster.local',
  'nope.default.svc.cluster.local',
  'clusterset.local',
  '1.0.0.10.in-addr.arpa',
] as const;

export const hostNamesOfSlices = ['db.example.com', 'cache.example.net'] as const;
