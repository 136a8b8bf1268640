import { expect, test } from 'vitest';
import { settingGroups } from './definitions/groups.js';
import { unknownSettings } from './unknown-settings.js';

test('a mistyped setting is reported with the most similar setting', () => {
  const environment = { SLUICE_GATWAY_LISTEN: '0.0.0.0:81', SLUICE_UPSTREAMS_ALLOW: '10.0.0.0/8', PATH: '/' };
  expect(unknownSettings(environment)).toEqual([
    { name: 'SLUICE_GATWAY_LISTEN', nearest: 'SLUICE_GATEWAY_LISTEN' },
    { name: 'SLUICE_UPSTREAMS_ALLOW', nearest: 'SLUICE_UPSTREAM_ALLOW' },
  ]);
});

test('a name that resembles no setting has no suggestion', () => {
  expect(unknownSettings({ SLUICE_X: '1', SLUICE_SOMETHING_ELSE_ENTIRELY: '1' })).toEqual([
    { name: 'SLUICE_SOMETHING_ELSE_ENTIRELY', nearest: null },
    { name: 'SLUICE_X', nearest: null },
  ]);
});

test('a variable meant as a port setting is reported, although Kubernetes sets one of the same name', () => {
  expect(unknownSettings({ SLUICE_API_PORT: '3000' }).map(({ name }) => name)).toEqual(['SLUICE_API_PORT']);
});

test('settings, and variables of Kubernetes and of the commands, are not reported', () => {
  const known = Object.fromEntries(
    settingGroups.flatMap(({ settings }) => settings.map(({ name }) => [name, 'x'])),
  );
  const ofKubernetes = {
    SLUICE_API_PORT: 'tcp://10.96.0.12:3000',
    SLUICE_API_PORT_3000_TCP: 'tcp://10.96.0.12:3000',
    SLUICE_API_PORT_3000_TCP_PROTO: 'tcp',
    SLUICE_API_PORT_3000_TCP_PORT: '3000',
    SLUICE_API_PORT_3000_TCP_ADDR: '10.96.0.12',
    SLUICE_API_SERVICE_HOST: '10.96.0.12',
    SLUICE_API_SERVICE_PORT: '3000',
    SLUICE_API_SERVICE_PORT_HTTP: '3000',
    SLUICE_SERVICE_HOST: '10.96.0.12',
  };
  expect(
    unknownSettings({ ...known, ...ofKubernetes, SLUICE_API_URL: 'x', SLUICE_TEST_CHROMIUM: 'x' }),
  ).toEqual([]);
});
