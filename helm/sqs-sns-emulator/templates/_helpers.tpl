{{- define "emulator.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "emulator.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else if contains (include "emulator.name" .) .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "emulator.name" .) | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "emulator.selector" -}}
app.kubernetes.io/name: {{ include "emulator.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "emulator.labels" -}}
{{ include "emulator.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "emulator.image" -}}
{{ .Values.image.repository }}:{{ default .Chart.AppVersion .Values.image.tag }}
{{- end -}}

{{/* The name of the configuration file; empty if there is none. */}}
{{- define "emulator.configFile" -}}
{{- if .Values.config -}}
{{- ternary "emulator.toml" "emulator.yaml" (kindIs "string" .Values.config) -}}
{{- end -}}
{{- end -}}

{{/* The files in /etc/emulator, by name. */}}
{{- define "emulator.files" -}}
{{- with include "emulator.configFile" . }}
{{ . }}: {{ ternary $.Values.config (toYaml $.Values.config) (kindIs "string" $.Values.config) | toJson }}
{{- end }}
{{- range $stack, $text := .Values.templates }}
{{ $stack }}.template: {{ $text | toJson }}
{{- end }}
{{- end -}}

{{/* What contradicts itself is refused, with the value that is to be changed. */}}
{{- define "emulator.check" -}}
{{- if and .Values.persistence.enabled .Values.cluster.enabled -}}
{{- fail "persistence.enabled and cluster.enabled exclude each other: a cluster keeps everything in its database." -}}
{{- end -}}
{{- if and (gt (int .Values.replicas) 1) (not .Values.cluster.enabled) -}}
{{- fail (printf "replicas is %d: more than one needs cluster.enabled, since each would have queues of its own." (int .Values.replicas)) -}}
{{- end -}}
{{- if and .Values.templateParameters (not .Values.templates) -}}
{{- fail "templateParameters are about templates: give some too." -}}
{{- end -}}
{{- end -}}

{{/* The template of the pods. */}}
{{- define "emulator.pod" -}}
{{- $files := include "emulator.files" . -}}
metadata:
  labels:
    {{- include "emulator.labels" . | nindent 4 }}
    {{- with .Values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    checksum/files: {{ $files | sha256sum }}
    {{- with .Values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  automountServiceAccountToken: false
  enableServiceLinks: false
  terminationGracePeriodSeconds: 40
  {{- with .Values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  securityContext:
    {{- toYaml .Values.podSecurityContext | nindent 4 }}
  containers:
    - name: emulator
      image: {{ include "emulator.image" . }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      {{- if .Values.templates }}
      args:
        {{- range $stack, $_ := .Values.templates }}
        - {{ printf "--template=%s=/etc/emulator/%s.template" $stack $stack }}
        {{- end }}
        {{- range $name, $value := .Values.templateParameters }}
        - {{ printf "--template-parameter=%s=%v" $name $value | quote }}
        {{- end }}
      {{- end }}
      env:
        - name: EMULATOR_HOST
          value: "0.0.0.0"
        - name: EMULATOR_PORT
          value: "4566"
        {{- with include "emulator.configFile" . }}
        - name: EMULATOR_CONFIG
          value: /etc/emulator/{{ . }}
        {{- end }}
        {{- if .Values.persistence.enabled }}
        - name: EMULATOR_DATA_DIR
          value: /data
        {{- end }}
        {{- if .Values.cluster.enabled }}
        - name: EMULATOR_STORE
          valueFrom:
            secretKeyRef:
              name: {{ .Values.cluster.existingSecret }}
              key: {{ .Values.cluster.secretKey }}
        - name: POD_IP
          valueFrom:
            fieldRef:
              fieldPath: status.podIP
        - name: EMULATOR_CLUSTER_ADDRESS # where the other pods reach this one
          value: "$(POD_IP):4567"
        {{- end }}
        {{- with .Values.env }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      ports:
        - name: aws
          containerPort: 4566
        {{- if .Values.cluster.enabled }}
        - name: cluster
          containerPort: 4567
        {{- end }}
      startupProbe:
        {{- include "emulator.health" . | nindent 8 }}
        periodSeconds: 1
        failureThreshold: 120
      readinessProbe:
        {{- include "emulator.health" . | nindent 8 }}
        periodSeconds: 2
      # Not the health, which is also bad while a disk or a database is: a new start would not mend these.
      livenessProbe:
        tcpSocket:
          port: aws
        periodSeconds: 10
        failureThreshold: 6
      {{- if .Values.cluster.enabled }}
      lifecycle:
        preStop: # until no more connections are made to this pod
          exec:
            command: ["sleep", "5"]
      {{- end }}
      resources:
        {{- toYaml .Values.resources | nindent 8 }}
      securityContext:
        {{- toYaml .Values.securityContext | nindent 8 }}
      {{- if or $files .Values.persistence.enabled }}
      volumeMounts:
        {{- if $files }}
        - name: files
          mountPath: /etc/emulator
          readOnly: true
        {{- end }}
        {{- if .Values.persistence.enabled }}
        - name: data
          mountPath: /data
        {{- end }}
      {{- end }}
  {{- if $files }}
  volumes:
    - name: files
      configMap:
        name: {{ include "emulator.fullname" . }}
  {{- end }}
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

{{- define "emulator.health" -}}
httpGet:
  path: /_emulator/health
  port: aws
  httpHeaders:
    - name: Host
      value: localhost
{{- end -}}
