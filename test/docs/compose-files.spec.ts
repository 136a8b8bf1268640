import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { settingsRead } from './settings-read.js';

const root = new URL('../../', import.meta.url);
const serviceSchema = z.looseObject({
  environment: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
  stop_grace_period: z.string().optional(),
  healthcheck: z.unknown().optional(),
  extends: z.unknown().optional(),
  image: z.string().optional(),
  ports: z.array(z.string()).default([]),
  read_only: z.boolean().optional(),
  cap_drop: z.array(z.string()).optional(),
  networks: z.union([z.array(z.string()), z.record(z.string(), z.unknown())]).optional(),
  volumes: z.array(z.string()).default([]),
});
const composeSchema = z.looseObject({
  services: z.record(z.string(), serviceSchema),
  networks: z.record(z.string(), z.unknown()),
  volumes: z.record(z.string(), z.unknown()),
});
// The balancer checks the other services.
const unchecked = new Set(['balancer']);
// The time from the last closes to the exit.
const closingSeconds = 5;

describe.each(['docker-compose.yml', 'docker-compose.fleet.yml'])('%s', (file) => {
  const compose = composeSchema.parse(parse(read(file), { merge: true }));
  const services = Object.entries(compose.services);
  const own = services.filter(([, service]) => !service.extends);

  test('sets only settings that a program reads', () => {
    const set = services.flatMap(([, { environment }]) => Object.keys(environment));
    const unknown = set.filter((name) => name.startsWith('SLUICE_') && !settingsRead().includes(name));
    expect(unknown).toEqual([]);
  });

  test('gives every gateway a grace period longer than its drain', () => {
    const drains = services.filter(([, { environment }]) => 'SLUICE_DRAIN_SECONDS' in environment);
    expect(drains.length).toBeGreaterThan(0);
    for (const [, { environment, stop_grace_period: grace }] of drains) {
      const needed = Number(environment.SLUICE_DRAIN_SECONDS) + closingSeconds;
      expect(Number(/^(\d+)s$/.exec(grace ?? '')?.[1])).toBeGreaterThan(needed);
    }
  });

  test('contains no secrets; they come from the environment', () => {
    for (const [, { environment }] of services) {
      const {
        SLUICE_ADMIN_TOKEN: token,
        POSTGRES_PASSWORD: password,
        SLUICE_DATABASE_URL: url,
      } = environment;
      if (token !== undefined) expect(token).toMatch(/^\$\{SLUICE_ADMIN_TOKEN:[-?]/);
      if (password !== undefined) expect(password).toMatch(/^\$\{POSTGRES_PASSWORD:\?/);
      if (url !== undefined) expect(url).toMatch(/^postgres:\/\/sluice:\$\{POSTGRES_PASSWORD:\?/);
    }
  });

  test('lets no program write outside its volumes, and drops all capabilities that are not added', () => {
    for (const [, service] of own) expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
  });

  test('has a health check for every program', () => {
    const unasked = own.filter(([name, { healthcheck }]) => !healthcheck && !unchecked.has(name));
    expect(unasked.map(([name]) => name)).toEqual([]);
  });

  test('keeps the upstreams apart from Redis, Postgres and the APIs', () => {
    const inUpstreams = own.filter(([, { networks = [] }]) => networksOf(networks).includes('upstreams'));
    const names = inUpstreams.map(([name]) => name);
    expect(names.filter((name) => !/^(?:gateway|echo)/.test(name))).toEqual([]);
  });

  test('names only networks, volumes and files that exist', () => {
    for (const [, { networks = [], volumes }] of own) {
      expect(Object.keys(compose.networks)).toEqual(expect.arrayContaining(networksOf(networks)));
      const named = volumes
        .map((volume) => volume.split(':')[0] ?? '')
        .filter((name) => !name.startsWith('.'));
      expect(Object.keys(compose.volumes)).toEqual(expect.arrayContaining(named));
      const files = volumes
        .map((volume) => volume.split(':')[0] ?? '')
        .filter((name) => name.startsWith('.'));
      expect(files.filter((path) => !existsSync(new URL(path, root)))).toEqual([]);
    }
  });
});

test.each(['docker-compose.yml', 'docker-compose.fleet.yml'])(
  '%s: a service keeps its port at each start',
  (file) => {
    const { services } = composeSchema.parse(parse(read(file), { merge: true }));
    const published = Object.values(services).flatMap(({ ports }) => ports);
    expect(published.length).toBeGreaterThan(0);
    for (const port of published) expect(port).toMatch(/^([0-9.]+:)?[0-9]+:[0-9]+$/);
    expect(new Set(published).size).toBe(published.length);
  },
);

test('docker-compose.fleet.yml: no two gateways share a data folder', () => {
  const { services } = composeSchema.parse(parse(read('docker-compose.fleet.yml'), { merge: true }));
  const volumes = Object.entries(services).flatMap(([name, service]) =>
    name.startsWith('gateway') ? service.volumes : [],
  );
  expect(volumes).toHaveLength(3);
  expect(new Set(volumes).size).toBe(3);
});

function networksOf(networks: string[] | Record<string, unknown>): string[] {
  return Array.isArray(networks) ? networks : Object.keys(networks);
}

function read(path: string): string {
  return readFileSync(new URL(path, root), 'utf8');
}
