import type { AttackCase, AttackFamily } from '../attack-case.js';
import type { RouteFields } from '../attack-target.js';
import { badHandshake, admitted, noRoute, refused } from '../case-builders.js';
import { expectOneAnswer, expectOneRequest, expectRefusal } from '../expectations.js';

/** Makes the Host of the request from the host of the route. */
type HostOf = (host: string) => string;

const spellings: AttackCase[] = (
  [
    ['a trailing dot', (host) => `${host}.`],
    ['upper case', (host) => host.toUpperCase()],
    ['mixed case, a trailing dot and a port', (host) => `${host.replace('attack', 'aTTack')}.:8080`],
    ['a port', (host) => `${host}:443`],
    ['an empty port', (host) => `${host}:`],
  ] satisfies [string, HostOf][]
).map(([name, hostOf]) =>
  admitted(`${name}: the same host`, (sandbox) => sandbox.handshake('/', { Host: hostOf(sandbox.host) }), {
    has: [/\r\nHost: 127\.0\.0\.1:[0-9]+\r\n/],
  }),
);

// The upstream gets the host that was matched, even if the client also sends another one.
const passedOn: AttackCase[] = (
  [
    ['a Host in upper case with a port', (host) => `${host.toUpperCase()}:8080`, []],
    ['a Host, and Connection that names it', (host) => host, ['Connection: Upgrade, Host']],
    ['a Host, and another in X-Forwarded-Host', (host) => host, ['X-Forwarded-Host: inside.test']],
  ] satisfies [string, HostOf, string[]][]
).map(([name, hostOf, lines]) => ({
  name: `${name}, on a route that forwards the client's host: the upstream gets the matched host, once`,
  run: async (sandbox) => {
    const host = hostOf(sandbox.host);
    const request = sandbox.handshake('/', { Host: host }).replace(/\r\n$/, [...lines, '', ''].join('\r\n'));
    const expected = { has: [`\r\nHost: ${host}\r\n`], hasNot: [/\nhost:[^]*\nhost:/i, 'inside.test'] };
    await admitted('', () => request, expected, { upstreamHost: 'client' }).run(sandbox);
  },
}));

const lookAlikes: AttackCase[] = elsewhere([
  ['the host as the start of another host', (host) => `${host}.evil.test`],
  ['the host as the end of another label', (host) => `evil${host}`],
  ['the host after a hyphen', (host) => `evil-${host}`],
  ['a name below the host', (host) => `evil.${host}`],
  ['the host with one more letter', (host) => `${host}s`],
  ['the host without its last letter', (host) => host.slice(0, -1)],
  ['a parent of the host', (host) => host.slice(host.indexOf('.') + 1)],
  ['two trailing dots', (host) => `${host}..`],
  ['a dot before the host', (host) => `.${host}`],
  ['an underscore for a dot', (host) => host.replace('.', '_')],
  ['an IPv4 address', () => '127.0.0.1'],
  ['a decimal address', () => '2130706433'],
  ['an IPv6 literal', () => '[::1]'],
  ['an IPv6 literal with a port', () => '[::1]:80'],
  ['localhost', () => 'localhost'],
]);

const wildcards: AttackCase[] = (
  [
    ['the suffix itself', (host) => host],
    ['the suffix after a dot alone', (host) => `.${host}`],
    ['the suffix within another label', (host) => `evil${host}`],
    ['the suffix as the start of another host', (host) => `a.${host}.evil.test`],
  ] satisfies [string, HostOf][]
).map(([name, hostOf]) => ({
  name: `${name}, with a route for *.suffix`,
  run: async (sandbox) => {
    const upstream = await sandbox.prepare({ route: { match: { host: `*.${sandbox.host}` } } });
    expectRefusal(await sandbox.send(sandbox.handshake('/', { Host: hostOf(sandbox.host) })), ...noRoute);
    expectOneAnswer((await sandbox.send(sandbox.handshake('/', { Host: `a.${sandbox.host}` }))).text, 101);
    expectOneRequest(upstream);
  },
}));

const noHosts: AttackCase[] = (
  [
    ['userinfo before the host', (host) => `evil.test@${host}`],
    ['the host as userinfo', (host) => `${host}@evil.test`],
    ['userinfo with a password', (host) => `${host}:80@evil.test`],
    ['a path after the host', (host) => `${host}/admin`],
    ['a query after the host', (host) => `${host}?a`],
    ['a fragment after the host', (host) => `${host}#a`],
    ['a scheme before the host', (host) => `http://${host}`],
    ['two hosts with a comma', (host) => `${host}, inside.test`],
    ['two hosts with a space', (host) => `${host} inside.test`],
    ['two hosts with a tab', (host) => `${host}\tinside.test`],
    ['two ports', (host) => `${host}:80:80`],
    ['a port that is not a number', (host) => `${host}:8o`],
    ['a port of six digits', (host) => `${host}:000080`],
    ['a negative port', (host) => `${host}:-1`],
    ['a percent-encoded dot', (host) => host.replace('.', '%2e')],
    ['a percent-encoded NUL', (host) => `${host}%00`],
    ['a backslash', (host) => `${host}\\evil.test`],
    ['a star', (host) => `*.${host}`],
    ['a star alone', () => '*'],
    ['a letter outside ASCII', (host) => host.replace('a', '\xe4')],
    ['a full stop of another script in UTF-8', (host) => host.replace('.', '\xe3\x80\x82')],
    ['quotes', (host) => `"${host}"`],
    ['nothing', () => ''],
    ['a dot alone', () => '.'],
    ['a port alone', () => ':80'],
    ['300 letters', () => 'a'.repeat(300)],
    ['an IPv6 literal without its closing bracket', () => '[::1'],
    ['an IPv6 literal with a zone', () => '[fe80::1%25lo]'],
    ['a name after an IPv6 literal', (host) => `[::1].${host}`],
    ['an IPv6 address without brackets', () => '::1'],
  ] satisfies [string, HostOf][]
).map(([name, hostOf]) =>
  refused(
    `a Host with ${name}`,
    (sandbox) => sandbox.handshake('/', { Host: hostOf(sandbox.host) }),
    badHandshake,
  ),
);

function elsewhere(table: [string, HostOf][], route: RouteFields = {}): AttackCase[] {
  return table.map(([name, hostOf]) =>
    refused(name, (sandbox) => sandbox.handshake('/', { Host: hostOf(sandbox.host) }), noRoute, route),
  );
}

export const hosts: AttackFamily = {
  name: 'hosts',
  cases: [
    ...spellings,
    ...passedOn,
    ...lookAlikes,
    ...wildcards,
    ...noHosts,
    refused('no Host', (sandbox) => sandbox.handshake('/', { Host: null }), badHandshake),
  ],
};
