/** Prometheus, and whatever takes its rules: alerts on what `prometheus` and `alloy` collect. */
import { hash } from '../comment.ts';
import { type Check, checkLabel } from '../health/rules.ts';
import type { HealthRecipe } from '../recipe.ts';

export const prometheusRules: HealthRecipe = {
  summary: 'alerts for Prometheus: too few ready pods, a stale snapshot',
  way: 'edge, own token',
  namesAuthority: true,
  scope: 'no names',
  watches: 'nothing',
  comment: hash,
  write: () => ({
    remarks: [
      'The alerts are of every cluster and Service that the jobs of "kube-doh config --for prometheus", or "alloy", check.',
    ],
    use: ['a file that "rule_files" names, such as /etc/prometheus/kube-doh.rules.yml, then reload'],
    verify: ['promtool check rules THIS-FILE'],
    undo: ['delete the file and reload'],
    body,
  }),
};

const only = (check: Check): string => `${checkLabel}="${check}"`;

const body = `groups:
  - name: kube-doh
    rules:
      - alert: KubeDohSnapshotStale
        expr: probe_success{${only('snapshot')}} == 0
        for: 5m
        labels:
          severity: warning
        annotations:
          summary: What the edge knows of cluster {{ $labels.cluster }} is stale, or the edge does not answer
          description: >-
            Pods come and go without anybody outside being told. {{ $labels.instance }} says more: whether the agent has
            fallen silent, the token is refused, or nothing was published.

      - alert: KubeDohTooFewReady
        # While what is known is stale, the alert above tells so.
        expr: |
          probe_success{${only('ready')}} == 0
          unless on (cluster) probe_success{${only('snapshot')}} == 0
        for: 2m
        labels:
          severity: critical
        annotations:
          summary: "{{ $labels.namespace }}/{{ $labels.service }} is not known to have {{ $labels.min_ready }} ready pods"
          description: "{{ $labels.instance }} says how many there are, or why nobody knows."

      - alert: KubeDohPodUnreachable
        expr: probe_success{${only('pod')}, ready="true"} == 0
        for: 2m
        labels:
          severity: critical
        annotations:
          summary: Pod {{ $labels.namespace }}/{{ $labels.pod }} is ready and does not answer at {{ $labels.instance }}
          description: The pod is in trouble that its readiness probe does not see, or there is no way to it from here.

      - alert: KubeDohNothingProbed
        expr: up{${checkLabel}!=""} == 0
        for: 5m
        labels:
          severity: warning
        annotations:
          summary: "{{ $labels.instance }} is not probed: blackbox_exporter does not answer"
          description: None of the alerts above can come until it does.

      - alert: KubeDohNothingDiscovered
        expr: absent(up{${only('pod')}})
        for: 15m
        labels:
          severity: warning
        annotations:
          summary: No pods are discovered
          description: Prometheus cannot get the list from the edge, or it is empty. "kube-doh sd" tells which.`;
