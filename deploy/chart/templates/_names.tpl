{{/* The name of the release's objects. Helm's release names have at most 53 characters; so has this. */}}
{{- define "kube-doh.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 53 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 53 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 53 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* The name of objects outside of the release's namespace, where another release may have the same name. */}}
{{- define "kube-doh.outsideName" -}}
{{- printf "%s-%s" (include "kube-doh.fullname" .) .Release.Namespace -}}
{{- end -}}

{{- define "kube-doh.serviceAccountName" -}}
{{- .Values.serviceAccount.name | default (include "kube-doh.fullname" .) -}}
{{- end -}}

{{- define "kube-doh.secretName" -}}
{{- .Values.key.existingSecret | default (printf "%s-key" (include "kube-doh.fullname" .)) -}}
{{- end -}}

{{- define "kube-doh.image" -}}
{{- $image := .Values.image -}}
{{- if $image.digest -}}
{{- printf "%s@%s" $image.repository $image.digest -}}
{{- else -}}
{{- printf "%s:%s" $image.repository ($image.tag | default .Chart.AppVersion) -}}
{{- end -}}
{{- end -}}

{{/* What a pod of the release is known by. Here and in all templates `toYaml` quotes a name that YAML would take for a number or a
Boolean: a namespace may be called 2024. */}}
{{- define "kube-doh.selectorLabels" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" | toYaml }}
app.kubernetes.io/instance: {{ .Release.Name | toYaml }}
{{- end -}}

{{/* What the pods of the Deployment are known by. */}}
{{- define "kube-doh.agentLabels" -}}
{{ include "kube-doh.selectorLabels" . }}
app.kubernetes.io/component: agent
{{- end -}}

{{/* On every object. */}}
{{- define "kube-doh.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "kube-doh.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}
