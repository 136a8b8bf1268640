import { readdirSync, readFileSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { settingsRead } from './settings-read.js';

const folder = new URL('../../deploy/', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, folder), 'utf8');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
  statSync(new URL(path, folder)).isFile(),
);
// The longest time from the end of the drain period to the exit, with several workers.
const goingSeconds = 30;

test.each(files)('deploy/%s names only settings that a program reads', (path) => {
  const named = read(path).match(/\bSLUICE_[A-Z_]+/g) ?? [];
  expect(named.filter((name) => !settingsRead().includes(name))).toEqual([]);
});

test('the systemd unit of the gateway allows longer than its drain, and two descriptors for each of 100,000 connections', () => {
  const unit = read('systemd/sluice-gateway.service');
  const figure = (name: string): number => Number(new RegExp(`\\b${name}=(\\d+)`).exec(unit)?.[1]);
  expect(figure('TimeoutStopSec')).toBeGreaterThan(figure('SLUICE_DRAIN_SECONDS') + goingSeconds);
  expect(figure('LimitNOFILE')).toBeGreaterThan(200_000);
});

test('no outgoing connection takes a port on which Sluice listens', () => {
  const ranges = ['sysctl/90-sluice-gateway.conf', 'kubernetes/gateway.yaml'].map(read);
  for (const text of ranges) {
    const first = Number(/ip_local_port_range(?: = |, value: ')(\d+) 65535/.exec(text)?.[1]);
    expect(first).toBeGreaterThan(9090);
  }
});
