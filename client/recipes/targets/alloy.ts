/** Grafana Alloy: the same as for Prometheus, whose discovery, scraping and blackbox_exporter are in it. */
import { slashes } from '../comment.ts';
import { type AlloyBlock, type AlloyMember, alloyObject, alloyText } from '../health/alloy-text.ts';
import { checkLabel, podRules, probeRules, type RelabelRule } from '../health/rules.ts';
import { tokenFile, tokenRemarks } from '../health/token-place.ts';
import { discoveryUrl, readyUrl, serviceOf, snapshotUrl, type Watched } from '../health/watched.ts';
import { doubleQuoted } from '../quote.ts';
import type { HealthRecipe } from '../recipe.ts';
import type { Edge } from '../setup.ts';

const modulesPath = '/etc/alloy/kube-doh.blackbox.yml';

export const alloy: HealthRecipe = {
  summary: 'pods for Grafana Alloy to scrape and to probe, ready or not',
  way: 'edge, own token',
  namesAuthority: true,
  scope: 'no names',
  watches: 'pods',
  comment: slashes,
  write: (edge, watched) => ({
    remarks: [
      ...tokenRemarks(edge, tokenFile),
      'It asks the addresses of pods, which Alloy must be able to reach. In the place of prometheus.remote_write.default: yours.',
      ...(watched.port === undefined ? ['Every port is asked for metrics and probed; --port PORT chooses one.'] : []),
      ...(watched.service === undefined
        ? ['--namespace NS --service NAME --min-ready N adds a check of one Service.']
        : []),
    ],
    use: [
      `kube-doh config --for blackbox --out ${modulesPath}`,
      'merge this into /etc/alloy/config.alloy, then: sudo systemctl reload alloy',
      'the alerts of "kube-doh config --for prometheus-rules" go to where it writes',
    ],
    verify: ['the page of discovery.relabel.kube_doh_pods in its user interface shows the pods'],
    undo: ['take it out again and reload'],
    body: bodyOf(edge, watched),
  }),
};

function bodyOf(edge: Edge, watched: Watched): string {
  const discovered = 'discovery.relabel.kube_doh_pods.output';
  const modules: AlloyMember = ['config_file', doubleQuoted(modulesPath)];
  return alloyText([
    discovery(edge, watched),
    {
      head: 'discovery.relabel "kube_doh_pods"',
      members: [['targets', 'discovery.http.kube_doh.targets']],
      blocks: podRules.map(rule),
    },
    { why: "The pods' own metrics.", ...scrape('kube_doh_pods', discovered) },
    {
      why: 'Whether the pods take connections from here. For pods that speak HTTP: kube_doh_http.',
      head: 'discovery.relabel "kube_doh_probes"',
      members: [['targets', discovered]],
      blocks: [...probeRules, ...asBlackboxTargets].map(rule),
    },
    {
      head: 'prometheus.exporter.blackbox "kube_doh_probes"',
      members: [modules, ['targets', 'discovery.relabel.kube_doh_probes.output']],
    },
    scrape('kube_doh_probes', 'prometheus.exporter.blackbox.kube_doh_probes.targets'),
    {
      why: 'What the edge says: that what it knows of the cluster is fresh, and that enough pods are ready.',
      head: 'prometheus.exporter.blackbox "kube_doh_health"',
      members: [modules],
      blocks: checks(edge, watched),
    },
    scrape('kube_doh_health', 'prometheus.exporter.blackbox.kube_doh_health.targets'),
  ]);
}

function discovery(edge: Edge, watched: Watched): AlloyBlock {
  const { hasToken, authorityFile } = edge;
  const credentials: AlloyMember = ['credentials_file', doubleQuoted(tokenFile)];
  return {
    head: 'discovery.http "kube_doh"',
    members: [
      ['url', doubleQuoted(discoveryUrl(edge, watched))],
      ['refresh_interval', '"30s"'],
      ['follow_redirects', 'false'],
    ],
    blocks: [
      ...(hasToken ? [{ head: 'authorization', members: [['type', '"Bearer"'], credentials] as const }] : []),
      ...(authorityFile === undefined
        ? []
        : [{ head: 'tls_config', members: [['ca_file', doubleQuoted(authorityFile)]] as const }]),
    ],
  };
}

function scrape(label: string, discovered: string): AlloyBlock {
  return {
    head: `prometheus.scrape "${label}"`,
    members: [
      ['targets', discovered],
      ['forward_to', '[prometheus.remote_write.default.receiver]'],
    ],
  };
}

/** What the exporter takes a target's name, address and module from. */
const asBlackboxTargets: readonly RelabelRule[] = [
  { source: '__address__', target: 'name' },
  { source: '__address__', target: 'address' },
  { target: 'module', replacement: 'kube_doh_tcp' },
];

function rule({ why, source, regex, target, replacement, action }: RelabelRule): AlloyBlock {
  const members: readonly (readonly [string, string | undefined])[] = [
    ['source_labels', source === undefined ? undefined : `[${doubleQuoted(source)}]`],
    ['regex', regex && doubleQuoted(regex)],
    ['target_label', target && doubleQuoted(target)],
    ['replacement', replacement && doubleQuoted(replacement)],
    ['action', action && doubleQuoted(action)],
  ];
  return { why, head: 'rule', members: members.flatMap(([name, value]) => (value ? [[name, value] as const] : [])) };
}

function checks(edge: Edge, watched: Watched): readonly AlloyBlock[] {
  const service = serviceOf(watched);
  const { cluster } = edge;
  const snapshot = check('snapshot', snapshotUrl(edge), { [checkLabel]: 'snapshot', cluster });
  if (service === undefined) return [snapshot];
  const { namespace, service: name, minReady } = service;
  const labels = { [checkLabel]: 'ready', cluster, namespace, service: name, min_ready: String(minReady) };
  const ready = check(`${namespace}-${name}`, readyUrl(edge, service), labels);
  return [snapshot, { why: 'Once more for each Service that matters.', ...ready }];
}

function check(name: string, url: string, labels: Readonly<Record<string, string>>): AlloyBlock {
  return {
    head: 'target',
    members: [
      ['name', doubleQuoted(name)],
      ['address', doubleQuoted(url)],
      ['module', '"kube_doh_health"'],
      ['labels', alloyObject(labels)],
    ],
  };
}
