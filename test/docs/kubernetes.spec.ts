import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { settingsRead } from './settings-read.js';

const folder = new URL('../../deploy/kubernetes/', import.meta.url);

const labels = z.record(z.string(), z.string());
const probe = z.object({ httpGet: z.object({ path: z.string(), port: z.string() }) });
const containerSchema = z.object({
  name: z.string(),
  image: z.string(),
  args: z.array(z.string()),
  env: z.array(z.object({ name: z.string(), value: z.string() })),
  envFrom: z.array(z.object({ secretRef: z.object({ name: z.string() }) })),
  ports: z.array(z.object({ name: z.string(), containerPort: z.number() })),
  startupProbe: probe,
  livenessProbe: probe,
  readinessProbe: probe,
  lifecycle: z.object({
    preStop: z.object({ exec: z.object({ command: z.tuple([z.literal('sleep'), z.string()]) }) }),
  }),
  securityContext: z.object({
    allowPrivilegeEscalation: z.literal(false),
    readOnlyRootFilesystem: z.literal(true),
    capabilities: z.object({ drop: z.tuple([z.literal('ALL')]) }),
  }),
});
const deploymentSchema = z.object({
  kind: z.literal('Deployment'),
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    replicas: z.number(),
    selector: z.object({ matchLabels: labels }),
    strategy: z.object({ rollingUpdate: z.object({ maxUnavailable: z.number() }) }),
    template: z.object({
      metadata: z.object({ labels, annotations: labels }),
      spec: z.object({
        terminationGracePeriodSeconds: z.number(),
        securityContext: z.object({ runAsNonRoot: z.literal(true), runAsUser: z.number() }),
        topologySpreadConstraints: z.array(z.object({ labelSelector: z.object({ matchLabels: labels }) })),
        containers: z.tuple([containerSchema]),
      }),
    }),
  }),
});
const serviceSchema = z.object({
  kind: z.literal('Service'),
  metadata: z.object({ name: z.string() }),
  spec: z.object({ selector: labels, ports: z.array(z.object({ targetPort: z.string() })) }),
});
const selectingSchema = z.object({
  kind: z.enum(['PodDisruptionBudget', 'PodMonitor']),
  spec: z.object({ selector: z.object({ matchLabels: labels }) }),
});
const secretSchema = z.object({
  kind: z.literal('Secret'),
  metadata: z.object({ name: z.string() }),
  stringData: labels,
});

const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.yaml'),
);
const resources = files.flatMap((file) =>
  parseAllDocuments(read(file)).map((document) => z.unknown().parse(document.toJS())),
);
const deployments = allOf(deploymentSchema);
const services = allOf(serviceSchema);
const secrets = allOf(secretSchema);
const podLabels = deployments.map(({ spec }) => JSON.stringify(spec.template.metadata.labels));

describe('deploy/kubernetes', () => {
  test('has an API and a gateway', () => {
    expect(deployments.map(({ metadata }) => metadata.name)).toEqual(['sluice-api', 'sluice-gateway']);
  });

  test.each(deployments.map((deployment) => [deployment.metadata.name, deployment] as const))(
    '%s: the selectors match the labels of its pods',
    (_name, { spec }) => {
      const { labels: own } = spec.template.metadata;
      expect(spec.selector.matchLabels).toEqual(own);
      for (const { labelSelector } of spec.template.spec.topologySpreadConstraints) {
        expect(labelSelector.matchLabels).toEqual(own);
      }
    },
  );

  test.each(deployments.map((deployment) => [deployment.metadata.name, deployment] as const))(
    '%s: probes, services and scrapes name ports that it has',
    (_name, { spec }) => {
      const [container] = spec.template.spec.containers;
      const names = container.ports.map(({ name }) => name);
      for (const { httpGet } of [container.startupProbe, container.livenessProbe, container.readinessProbe]) {
        expect(names).toContain(httpGet.port);
      }
      const ports = container.ports.map(({ containerPort }) => String(containerPort));
      expect(ports).toContain(spec.template.metadata.annotations['prometheus.io/port']);
    },
  );

  test('a gateway has a grace period longer than preStop, its drain and the last closes together', () => {
    const { terminationGracePeriodSeconds: grace, containers } = gateway().spec.template.spec;
    const [, sleepSeconds] = containers[0].lifecycle.preStop.exec.command;
    const drainSeconds = containers[0].env.find(({ name }) => name === 'SLUICE_DRAIN_SECONDS')?.value;
    expect(Number(sleepSeconds)).toBeGreaterThanOrEqual(5);
    expect(grace).toBeGreaterThan(Number(sleepSeconds) + Number(drainSeconds) + 5);
  });

  test('no update stops a gateway or an API before its replacement is ready', () => {
    for (const { spec } of deployments) {
      expect(spec.strategy.rollingUpdate.maxUnavailable).toBe(0);
      expect(spec.replicas).toBeGreaterThan(1);
    }
  });

  test('services, budgets and monitors select existing pods', () => {
    const selectors = allOf(selectingSchema).map(({ spec }) => spec.selector.matchLabels);
    for (const selector of [...selectors, ...services.map(({ spec }) => spec.selector)]) {
      expect(podLabels).toContain(JSON.stringify(selector));
    }
    expect(selectors).toHaveLength(4);
  });

  test('no service leads to the admin listener of a gateway', () => {
    expect(services.flatMap(({ spec }) => spec.ports.map(({ targetPort }) => targetPort))).toEqual([
      'http',
      'clients',
    ]);
  });

  test('sets only settings that a program reads', () => {
    const set = deployments.flatMap(({ spec }) =>
      spec.template.spec.containers[0].env.map(({ name }) => name),
    );
    const names = [...set, ...secrets.flatMap(({ stringData }) => Object.keys(stringData))];
    expect(names.filter((name) => !settingsRead().includes(name))).toEqual([]);
  });

  test('contains no secrets, and has an example of every secret that it needs', () => {
    const needed = deployments.flatMap(({ spec }) =>
      spec.template.spec.containers[0].envFrom.map(({ secretRef }) => secretRef.name),
    );
    expect(secrets.map(({ metadata }) => metadata.name).sort()).toEqual(needed.sort());
    for (const value of secrets.flatMap(({ stringData }) => Object.values(stringData))) {
      expect(value).toContain('REPLACE-ME');
    }
  });

  test('the kustomization lists every file except examples and options, and names the image', () => {
    const { resources: listed, images } = z
      .object({ resources: z.array(z.string()), images: z.array(z.object({ name: z.string() })) })
      .parse(parse(read('kustomization.yaml')));
    expect(listed.filter((file) => !existsSync(new URL(file, folder)))).toEqual([]);
    const others = files.filter((file) => !listed.includes(file)).sort();
    expect(others).toEqual(['kustomization.yaml', 'optional/pod-monitor.yaml', 'secret.example.yaml']);
    const used = deployments.map(({ spec }) => spec.template.spec.containers[0].image);
    expect([...new Set(used)]).toEqual(images.map(({ name }) => name));
  });
});

function gateway(): z.infer<typeof deploymentSchema> {
  const found = deployments.find(({ metadata }) => metadata.name === 'sluice-gateway');
  if (!found) throw new Error('there is no gateway');
  return found;
}

/** All resources of that kind; rejects a resource that does not match the schema. */
function allOf<Shape extends z.ZodType<{ kind: string }>>(
  schema: Shape & { shape: { kind: z.ZodType } },
): z.infer<Shape>[] {
  const kinds = z.looseObject({ kind: schema.shape.kind });
  return resources
    .filter((resource) => kinds.safeParse(resource).success)
    .map((resource) => schema.parse(resource));
}

function read(file: string): string {
  return readFileSync(new URL(file, folder), 'utf8');
}
