{{/* To observe Services and what belongs to them: the rules of a ClusterRole, or of a Role in each namespace. */}}
{{- define "kube-doh.observingRules" -}}
- apiGroups: [""]
  resources: [services]
  verbs: [list, watch]
- apiGroups: [discovery.k8s.io]
  resources: [endpointslices]
  verbs: [list, watch]
{{- if eq (.Values.config.pods | default "disabled") "verified" }}
- apiGroups: [""]
  resources: [pods]
  verbs: [list, watch]
{{- end }}
{{- if index .Values.config "clusterset-zone" }}
- apiGroups: [multicluster.x-k8s.io]
  resources: [serviceimports]
  verbs: [list, watch]
{{- end }}
{{- if dig "events" true .Values.config }}
- apiGroups: [""]
  resources: [events]
  verbs: [create]
{{- end }}
{{- end -}}

{{/* One Namespace, to see whether it is there. */}}
{{- define "kube-doh.namespaceRule" -}}
- apiGroups: [""]
  resources: [namespaces]
  verbs: [get]
  resourceNames: [{{ toYaml . }}]
{{- end -}}

{{/* A Role and its binding; `where` is the namespace, `name` the name of both, `rules` their text. */}}
{{- define "kube-doh.role" -}}
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: {{ .name | toYaml }}
  namespace: {{ .where | toYaml }}
  labels:
    {{- include "kube-doh.labels" .root | nindent 4 }}
rules:
  {{- .rules | nindent 2 }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: {{ .name | toYaml }}
  namespace: {{ .where | toYaml }}
  labels:
    {{- include "kube-doh.labels" .root | nindent 4 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: {{ .name | toYaml }}
subjects:
  {{- include "kube-doh.subjects" .root | nindent 2 }}
{{- end -}}

{{- define "kube-doh.subjects" -}}
- kind: ServiceAccount
  name: {{ include "kube-doh.serviceAccountName" . | toYaml }}
  namespace: {{ .Release.Namespace | toYaml }}
{{- end -}}
