/** blackbox_exporter: how pods are probed, and how the edge is asked. */
import { hash } from '../comment.ts';
import { tokenFile, tokenRemarks } from '../health/token-place.ts';
import { httpConfig, indented } from '../health/yaml.ts';
import type { HealthRecipe } from '../recipe.ts';

export const blackbox: HealthRecipe = {
  summary: 'modules of blackbox_exporter that probe pods and ask the edge',
  way: 'edge, own token',
  namesAuthority: true,
  scope: 'no names',
  watches: 'nothing',
  comment: hash,
  write: (edge) => ({
    remarks: [
      ...tokenRemarks(edge, tokenFile),
      'What is probed, Prometheus decides: "kube-doh config --for prometheus". IPv4 comes first: most pods have it.',
    ],
    use: [
      'merge it into /etc/prometheus/blackbox.yml, and reload it: sudo systemctl reload prometheus-blackbox-exporter',
    ],
    verify: ['prometheus-blackbox-exporter --config.check --config.file=/etc/prometheus/blackbox.yml'],
    undo: ['take the modules out again and reload'],
    body: `modules:
  # Something takes connections.
  kube_doh_tcp:
    prober: tcp
    timeout: 5s
    tcp:
${indented(6, families)}

  # It answers HTTP with 200 to 299.
  kube_doh_http:
    prober: http
    timeout: 5s
    http:
${indented(6, families)}

  # The edge says that all is well: 200, otherwise 503.
  kube_doh_health:
    prober: http
    timeout: 10s
    http:
${indented(6, [...families, ...httpConfig(edge)])}`,
  }),
};

const families = ['preferred_ip_protocol: ip4', 'ip_protocol_fallback: true'];
