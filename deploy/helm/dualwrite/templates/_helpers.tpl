{{- define "dualwrite.name" -}}
{{- printf "%s-%s" .root.Release.Name .name | trunc 63 | trimSuffix "-" -}}
{{- end }}

{{- define "dualwrite.labels" -}}
app.kubernetes.io/name: {{ .service }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .name }}
app.kubernetes.io/part-of: dualwrite
{{- end }}

{{- define "dualwrite.image" -}}
{{- with .Values.image -}}
{{- if .digest }}{{ .repository }}@{{ .digest }}{{ else }}{{ .repository }}:{{ default $.Chart.AppVersion .tag }}{{ end -}}
{{- end -}}
{{- end }}

{{- define "dualwrite.secretEnv" -}}
- name: {{ .env }}
  valueFrom: { secretKeyRef: { name: {{ .name }}, key: {{ .key }} } }
{{- end }}

{{- define "dualwrite.userEnv" -}}
{{- if .usersKey -}}
{{- include "dualwrite.secretEnv" (dict "env" "OAUTH_USERS" "name" .name "key" .usersKey) }}
{{- else -}}
{{- include "dualwrite.secretEnv" (dict "env" "OAUTH_CLIENT_ID" "name" .name "key" .clientIdKey) }}
{{ include "dualwrite.secretEnv" (dict "env" "OAUTH_CLIENT_SECRET" "name" .name "key" .clientSecretKey) }}
{{- end -}}
{{- end }}
