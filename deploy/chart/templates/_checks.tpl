{{/* What the schema cannot say. Each line tells what to change. */}}
{{- define "kube-doh.check" -}}
{{- $_ := required "cluster is missing: pass the cluster's id at the edge, as by --set cluster=prod" .Values.cluster -}}
{{- $_ := required "edge.url is missing: pass the URL of the edge, as by --set edge.url=https://dns.example.com" .Values.edge.url -}}
{{- if and .Values.key.pem .Values.key.existingSecret -}}
{{- fail "key.pem and key.existingSecret cannot be combined: leave one out" -}}
{{- end -}}
{{- if and .Values.namespaces (index .Values.config "namespace-labels") -}}
{{- fail "namespaces and config.namespace-labels cannot be combined: leave one out" -}}
{{- end -}}
{{- if not (or .Values.serviceAccount.create .Values.serviceAccount.name) -}}
{{- fail "serviceAccount.name is missing: name the ServiceAccount that is there, or let serviceAccount.create make one" -}}
{{- end -}}
{{- range .Values.env }}
{{- if hasPrefix "KUBE_DOH_" .name -}}
{{- fail (printf "env: %s is an option of the agent, of which the chart has to know: use config" .name) -}}
{{- end -}}
{{- if and (eq .name "NODE_EXTRA_CA_CERTS") $.Values.edge.certificateAuthority -}}
{{- fail "env: NODE_EXTRA_CA_CERTS is set by edge.certificateAuthority: leave one out" -}}
{{- end -}}
{{- end -}}
{{- $name := include "kube-doh.fullname" . -}}
{{- if not (regexMatch "^[a-z][-a-z0-9]*$" $name) -}}
{{- fail (printf "%q, made of the release's name, cannot be the name of a Service: pass another, as by --set fullnameOverride=kube-doh" $name) -}}
{{- end -}}
{{- include "kube-doh.checkCluster" . -}}
{{- end -}}

{{/* The names of the former id would stay at the edge, where this release could not take them back any more. */}}
{{- define "kube-doh.checkCluster" -}}
{{- $before := (include "kube-doh.installedOptions" . | fromYaml).cluster -}}
{{- if and $before (ne $before .Values.cluster) -}}
{{- fail (printf "cluster is %q in the release that is installed, and its names would stay at the edge: uninstall that one first, or install this one beside it" $before) -}}
{{- end -}}
{{- end -}}

{{/* The agent's options as they are in the cluster; none without a cluster, as in `helm template`. */}}
{{- define "kube-doh.installedOptions" -}}
{{- $installed := lookup "v1" "ConfigMap" .Release.Namespace (include "kube-doh.fullname" .) | default dict -}}
{{- index ($installed.data | default dict) "agent.yaml" | default "" -}}
{{- end -}}
