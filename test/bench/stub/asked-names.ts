/** Files of questions for dnsperf: a name and a type in each line. */

/** What clients of a cluster ask again and again. */
export function usualQuestions(): string[] {
  const services = Array.from({ length: 25 }, (_, i) => `svc-${i}.team-${i % 5}.svc.cluster.local`);
  return services.flatMap((service) => [
    `pod-0.${service} A`,
    `pod-0.${service} AAAA`,
    `pod-1.${service} A`,
    `all.${service} A`,
    `all.${service} A`,
    `_redis._tcp.${service} SRV`,
    `absent.${service} A`,
  ]);
}

/** Each name once: more than anybody keeps. */
export function manyQuestions(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `pod-${i}.all-pods.big-namespace.svc.cluster.local A`);
}
