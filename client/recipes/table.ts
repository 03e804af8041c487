/** All targets, in the order in which they are listed. */
import type { Recipe } from './recipe.ts';
import { alloy } from './targets/alloy.ts';
import { apple } from './targets/apple.ts';
import { appleResolver } from './targets/apple-resolver.ts';
import { blackbox } from './targets/blackbox.ts';
import { blocky } from './targets/blocky.ts';
import { chrome } from './targets/chrome.ts';
import { compose } from './targets/compose.ts';
import { corednsCluster } from './targets/coredns-cluster.ts';
import { corednsForward } from './targets/coredns-forward.ts';
import { curl } from './targets/curl.ts';
import { dnscryptProxy } from './targets/dnscrypt-proxy.ts';
import { dnsmasq } from './targets/dnsmasq.ts';
import { dnsproxy } from './targets/dnsproxy.ts';
import { docker } from './targets/docker.ts';
import { firefox } from './targets/firefox.ts';
import { gatus } from './targets/gatus.ts';
import { go } from './targets/go.ts';
import { grpc } from './targets/grpc.ts';
import { java } from './targets/java.ts';
import { kdig } from './targets/kdig.ts';
import { networkmanager } from './targets/networkmanager.ts';
import { node } from './targets/node.ts';
import { openvpn } from './targets/openvpn.ts';
import { prometheus } from './targets/prometheus.ts';
import { prometheusRules } from './targets/prometheus-rules.ts';
import { python } from './targets/python.ts';
import { resolvConf } from './targets/resolv-conf.ts';
import { systemdDelegate } from './targets/systemd-delegate.ts';
import { systemdDoh } from './targets/systemd-doh.ts';
import { systemdResolved } from './targets/systemd-resolved.ts';
import { tailscale } from './targets/tailscale.ts';
import { unbound } from './targets/unbound.ts';
import { uptimeKuma } from './targets/uptime-kuma.ts';
import { windows } from './targets/windows.ts';
import { windowsStub } from './targets/windows-stub.ts';
import { wireguard } from './targets/wireguard.ts';

export const recipes = {
  apple,
  'apple-resolver': appleResolver,
  windows,
  'windows-stub': windowsStub,
  'systemd-delegate': systemdDelegate,
  'systemd-resolved': systemdResolved,
  'systemd-doh': systemdDoh,
  networkmanager,
  dnsmasq,
  unbound,
  'resolv-conf': resolvConf,
  'coredns-forward': corednsForward,
  'coredns-cluster': corednsCluster,
  dnsproxy,
  blocky,
  'dnscrypt-proxy': dnscryptProxy,
  curl,
  kdig,
  grpc,
  go,
  node,
  python,
  java,
  chrome,
  firefox,
  tailscale,
  openvpn,
  wireguard,
  docker,
  compose,
  prometheus,
  'prometheus-rules': prometheusRules,
  blackbox,
  alloy,
  gatus,
  'uptime-kuma': uptimeKuma,
} as const satisfies Readonly<Record<string, Recipe>>;

export type Target = keyof typeof recipes;

export const targets = Object.keys(recipes) as readonly Target[];

/** Undefined for a text that is no target. */
export function parseTarget(text: string): Target | undefined {
  return Object.hasOwn(recipes, text) ? (text as Target) : undefined;
}
