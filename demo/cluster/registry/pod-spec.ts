/** Reads the specification of pods, alone or in a template, and fills in what an API server fills in. */
import type { JsonObject, JsonValue, Labels, PodSpec, PodTemplate } from '../types.ts';
import type { ManifestReader } from './manifest-reader.ts';

/** The specification with the server's defaults; every pod needs a container. */
export function readPodSpec(value: JsonValue | undefined, path: string, reader: ManifestReader): PodSpec {
  const spec = reader.object(value, path);
  const containers = reader.list(spec['containers'], `${path}.containers`);
  if (containers.length === 0) reader.required(`${path}.containers`);
  for (const field of ['hostname', 'subdomain', 'nodeName']) reader.text(spec[field], `${path}.${field}`);
  return {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    securityContext: {},
    schedulerName: 'default-scheduler',
    ...spec,
    containers: containers.map((container, index) => readContainer(container, `${path}.containers[${index}]`, reader)),
  } as unknown as PodSpec;
}

/** The template of a StatefulSet, Deployment or ReplicaSet; its labels must match the selector. */
export function readPodTemplate(value: JsonValue | undefined, selector: Labels, reader: ManifestReader): PodTemplate {
  const template = reader.object(value, 'spec.template');
  const metadata = reader.object(template['metadata'], 'spec.template.metadata');
  const labels = reader.labels(metadata['labels'], 'spec.template.metadata.labels') ?? {};
  const annotations = reader.labels(metadata['annotations'], 'spec.template.metadata.annotations');
  if (Object.entries(selector).some(([key, text]) => labels[key] !== text)) {
    reader.wrong('spec.template.metadata.labels', labels, '`selector` does not match template `labels`');
  }
  return {
    metadata: { labels, ...(annotations === undefined ? {} : { annotations }) },
    spec: readPodSpec(template['spec'], 'spec.template.spec', reader),
  };
}

function readContainer(value: JsonValue, path: string, reader: ManifestReader): JsonObject {
  const container = reader.object(value, path);
  if (reader.text(container['name'], `${path}.name`) === undefined) reader.required(`${path}.name`);
  const ports = reader.list(container['ports'], `${path}.ports`).map((port, index) => {
    const fields = reader.object(port, `${path}.ports[${index}]`);
    const containerPort = reader.integer(fields['containerPort'], `${path}.ports[${index}].containerPort`);
    if (containerPort === undefined) reader.required(`${path}.ports[${index}].containerPort`);
    return { ...fields, protocol: fields['protocol'] ?? 'TCP' };
  });
  return {
    resources: {},
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: pullPolicy(reader.text(container['image'], `${path}.image`) ?? ''),
    ...container,
    ...(ports.length === 0 ? {} : { ports }),
  };
}

function pullPolicy(image: string): string {
  return /:(?!latest$)[^/:]+$/.test(image) ? 'IfNotPresent' : 'Always';
}
