/** Prometheus: discovery over HTTP, the pods themselves, and what the edge says of them, asked through blackbox_exporter. */
import { hash } from '../comment.ts';
import { checkLabel, podRules, probeRules } from '../health/rules.ts';
import { tokenFile, tokenRemarks } from '../health/token-place.ts';
import { discoveryUrl, readyUrl, serviceOf, snapshotUrl, type Watched } from '../health/watched.ts';
import { httpConfig, indented, relabelConfigs } from '../health/yaml.ts';
import { doubleQuoted } from '../quote.ts';
import type { HealthRecipe } from '../recipe.ts';
import type { Edge } from '../setup.ts';

const blackbox = '127.0.0.1:9115';
const rulesPath = '/etc/prometheus/kube-doh.rules.yml';

export const prometheus: HealthRecipe = {
  summary: 'pods for Prometheus to scrape and to probe, ready or not',
  way: 'edge, own token',
  namesAuthority: true,
  scope: 'no names',
  watches: 'pods',
  comment: hash,
  write: (edge, watched) => ({
    remarks: [
      ...tokenRemarks(edge, tokenFile),
      'It asks the addresses of pods, which Prometheus and blackbox_exporter must be able to reach. A list that cannot be had, or',
      'that is too old, leaves the targets as they are. For ready pods only: &ready=only in "url".',
      ...(watched.port === undefined ? ['Every port is asked for metrics and probed; --port PORT chooses one.'] : []),
      ...(watched.service === undefined
        ? ['--namespace NS --service NAME --min-ready N adds a check of one Service.']
        : []),
    ],
    use: [
      'merge it into /etc/prometheus/prometheus.yml; leave out what you do not need',
      `kube-doh config --for prometheus-rules --out ${rulesPath}`,
      `kube-doh config --for blackbox, for the blackbox_exporter at ${blackbox}`,
      'promtool check config /etc/prometheus/prometheus.yml && sudo systemctl reload prometheus',
    ],
    verify: ['Status, Targets shows the pods; "kube-doh sd" prints what it gets'],
    undo: ['take the lines out again and reload'],
    body: bodyOf(edge, watched),
  }),
};

function bodyOf(edge: Edge, watched: Watched): string {
  return `rule_files:
  - ${rulesPath}

scrape_configs:
  # The pods' own metrics.
  - job_name: kube-doh-pods
    http_sd_configs:
${discovery(edge, watched)}
    relabel_configs:
${indented(6, relabelConfigs(podRules))}

  # Whether the pods take connections from here. For pods that speak HTTP: kube_doh_http.
  - job_name: kube-doh-probes
    metrics_path: /probe
    params:
      module: [kube_doh_tcp]
    http_sd_configs:
${discovery(edge, watched)}
    relabel_configs:
${indented(6, relabelConfigs([...podRules, ...probeRules]))}
${throughBlackbox}

  # What the edge says: that what it knows of the cluster is fresh, and that enough pods are ready.
  - job_name: kube-doh-health
    metrics_path: /probe
    params:
      module: [kube_doh_health]
    static_configs:
${indented(6, checks(edge, watched))}
    relabel_configs:
${throughBlackbox}`;
}

function discovery(edge: Edge, watched: Watched): string {
  const [url, ...others] = [
    `url: ${doubleQuoted(discoveryUrl(edge, watched))}`,
    'refresh_interval: 30s',
    ...httpConfig(edge),
  ];
  return indented(6, [`- ${url}`, ...others.map((line) => `  ${line}`)]);
}

const throughBlackbox = indented(6, [
  '# Not asked itself: blackbox_exporter asks it.',
  ...relabelConfigs([
    { source: '__address__', target: '__param_target' },
    { source: '__param_target', target: 'instance' },
    { target: '__address__', replacement: blackbox },
  ]),
]);

/** Members of the list `static_configs`. */
function checks(edge: Edge, watched: Watched): readonly string[] {
  const cluster = `cluster: ${doubleQuoted(edge.cluster)}`;
  const service = serviceOf(watched);
  return [
    `- targets: [${doubleQuoted(snapshotUrl(edge))}]`,
    `  labels: { ${checkLabel}: snapshot, ${cluster} }`,
    ...(service === undefined
      ? []
      : [
          '# Once more for each Service that matters.',
          `- targets: [${doubleQuoted(readyUrl(edge, service))}]`,
          '  labels:',
          `    ${checkLabel}: ready`,
          `    ${cluster}`,
          `    namespace: ${doubleQuoted(service.namespace)}`,
          `    service: ${doubleQuoted(service.service)}`,
          `    min_ready: "${service.minReady}"`,
        ]),
  ];
}
