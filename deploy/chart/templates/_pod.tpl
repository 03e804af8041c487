{{- define "kube-doh.folder" -}}
/etc/kube-doh
{{- end -}}

{{/* The agent's configuration file: what the chart knows, and the options that it passes on. */}}
{{- define "kube-doh.options" -}}
{{- $options := dict
  "cluster" .Values.cluster
  "edge" .Values.edge.url
  "key" (printf "%s/key/key.pem" (include "kube-doh.folder" .))
  "lease-name" (include "kube-doh.fullname" .)
  "listen" (printf "%s:%d" .Values.listen.address (int .Values.listen.port))
-}}
{{- with .Values.namespaces }}
{{- $_ := set $options "namespaces" . -}}
{{- end -}}
{{- toYaml (merge $options .Values.config) -}}
{{- end -}}

{{/* What a pod reads at its start: with other values, other pods take its place. */}}
{{- define "kube-doh.podAnnotations" -}}
checksum/options: {{ include "kube-doh.options" . | sha256sum }}
checksum/authority: {{ .Values.edge.certificateAuthority | default "" | sha256sum }}
checksum/key: {{ .Values.key.pem | default "" | sha256sum }}
{{- end -}}

{{/* A pod that runs the agent, or an action of it; `root` is the release, `action` words after `agent`, `more` the text of
further fields of the container, `component` says which pod it is. */}}
{{- define "kube-doh.podTemplate" -}}
{{- $root := .root -}}
{{- with $root -}}
metadata:
  annotations:
    {{- toYaml (merge (include "kube-doh.podAnnotations" . | fromYaml) .Values.podAnnotations) | nindent 4 }}
  labels:
    {{- $component := dict "app.kubernetes.io/component" $.component }}
    {{- toYaml (merge $component (include "kube-doh.selectorLabels" . | fromYaml) .Values.podLabels) | nindent 4 }}
spec:
  serviceAccountName: {{ include "kube-doh.serviceAccountName" . | toYaml }}
  automountServiceAccountToken: true
  # Variables for every Service of the namespace are of no use here.
  enableServiceLinks: false
  {{- with .Values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.priorityClassName }}
  priorityClassName: {{ toYaml . }}
  {{- end }}
  securityContext:
    {{- toYaml .Values.podSecurityContext | nindent 4 }}
  containers:
    - name: agent
      image: {{ include "kube-doh.image" . | quote }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      args: [{{ $.action }}, --config, {{ include "kube-doh.folder" . }}/config/agent.yaml]
      {{- if or .Values.env .Values.edge.certificateAuthority }}
      env:
        {{- if .Values.edge.certificateAuthority }}
        - name: NODE_EXTRA_CA_CERTS
          value: {{ include "kube-doh.folder" . }}/config/authority.pem
        {{- end }}
        {{- with .Values.env }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- end }}
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities:
          drop: [ALL]
      {{- with .Values.resources }}
      resources:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      volumeMounts:
        - name: config
          mountPath: {{ include "kube-doh.folder" . }}/config
          readOnly: true
        - name: key
          mountPath: {{ include "kube-doh.folder" . }}/key
          readOnly: true
      {{- with $.more }}
      {{- . | nindent 6 }}
      {{- end }}
  volumes:
    - name: config
      configMap:
        name: {{ include "kube-doh.fullname" . | toYaml }}
    - name: key
      secret:
        secretName: {{ include "kube-doh.secretName" . | toYaml }}
        # 0440, for the pod's group.
        defaultMode: 288
        items:
          - key: {{ .Values.key.entry | toYaml }}
            path: key.pem
  {{- with .Values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}
{{- end -}}
