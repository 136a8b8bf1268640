import assert from 'node:assert/strict';
import type { Sandbox } from '../sandbox.js';
import type { AttackCase, AttackFamily } from '../attack-case.js';
import { badHandshake, withLines } from '../case-builders.js';
import { expectOneAnswer, expectOneRequest, expectRefusal } from '../expectations.js';

const loop = [508, 'loop_detected'] as const;

/** The name of the gateway's fleet in `Via`, as an attacker's upstream receives it. */
async function fleetOf(sandbox: Sandbox): Promise<string> {
  const upstream = await sandbox.prepare();
  expectOneAnswer((await sandbox.send(sandbox.handshake())).text, 101);
  const [, fleet] = /\r\nVia: 1\.1 (\S+)\r\n/.exec(upstream.received) ?? [];
  assert.ok(fleet, upstream.received);
  return fleet;
}

type LinesOf = (fleet: string) => string[];

const cameBack: AttackCase[] = (
  [
    ['its own entry', (fleet) => [`Via: 1.1 ${fleet}`]],
    ['its own entry in another letter case', (fleet) => [`vIA: http/1.1 ${fleet.toUpperCase()}`]],
    ['its own entry with a port and a comment', (fleet) => [`Via: 1.1\t${fleet}:8080 (a, b)`]],
    ['its own entry between others', (fleet) => [`Via: 1.0 fred, 1.1 ${fleet} , 1.1 p.example`]],
    ['its own entry in a later field', (fleet) => ['Via: 1.1 p.example (x)', `Via: 1.1 ${fleet}`]],
    ['its own entry after one without a protocol', (fleet) => [`Via: nginx,1.1 ${fleet}`]],
    ['its own entry, which Connection names', (fleet) => [`Via: 1.1 ${fleet}`, 'Connection: Via']],
  ] satisfies [string, LinesOf][]
).map(([name, linesOf]) => ({
  name: `${name}: the request is refused as a loop`,
  run: async (sandbox) => {
    const lines = linesOf(await fleetOf(sandbox));
    const upstream = await sandbox.prepare({ route: { match: { path: '/again' } } });
    expectRefusal(await sandbox.send(toPath('/again', sandbox, lines)), ...loop);
    assert.equal(upstream.connections, 0);
  },
}));

const hidden: AttackCase[] = (
  [
    ['after an unterminated comment', (fleet) => [`Via: 1.1 a (b, 1.1 ${fleet}`]],
    ['after a comment whose end is escaped', (fleet) => [`Via: 1.1 a (b\\), 1.1 ${fleet}`]],
    ['after a comment that is closed twice', (fleet) => [`Via: 1.1 a (b)), 1.1 ${fleet}`]],
  ] satisfies [string, LinesOf][]
).map(([name, linesOf]) => ({
  name: `its own entry ${name}`,
  run: async (sandbox) => {
    const lines = linesOf(await fleetOf(sandbox));
    const upstream = await sandbox.prepare({ route: { match: { path: '/again' } } });
    expectRefusal(await sandbox.send(toPath('/again', sandbox, lines)), ...badHandshake);
    assert.equal(upstream.connections, 0);
  },
}));

const ofOthers: AttackCase[] = (
  [
    ['the entry of another fleet', (fleet) => [`Via: 1.1 ${otherThan(fleet)}`]],
    ['entries of several fields', () => ['Via: 1.0 fred', 'Via: 1.1 p.example (Apache/1.1)']],
    ['its own name in a complete comment', (fleet) => [`Via: 1.1 p.example (1.1 ${fleet})`]],
    ['its own name as a part of another name', (fleet) => [`Via: 1.1 x-${fleet}, 1.1 ${fleet}.example`]],
    ['an entry that Connection names', () => ['Via: 1.1 p.example', 'Connection: Via']],
  ] satisfies [string, LinesOf][]
).map(([name, linesOf]) => ({
  name: `${name}: the request is forwarded, and the entry of this fleet is appended`,
  run: async (sandbox) => {
    const fleet = await fleetOf(sandbox);
    const lines = linesOf(fleet);
    const upstream = await sandbox.prepare({ route: { match: { path: '/again' } } });
    expectOneAnswer((await sandbox.send(toPath('/again', sandbox, lines))).text, 101);
    const received = lines.filter((line) => line.startsWith('Via: ')).map((line) => line.slice(5));
    const via = [...received, `1.1 ${fleet}`].join(', ');
    expectOneRequest(upstream, { has: [`\r\nVia: ${via}\r\n`], hasNot: [/\nvia:[^]*\nvia:/i] });
  },
}));

function toPath(path: string, sandbox: Sandbox, lines: string[]): string {
  return withLines(...lines)(sandbox).replace('GET / ', `GET ${path} `);
}

function otherThan(fleet: string): string {
  return fleet.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
}

export const loops: AttackFamily = { name: 'loops', cases: [...cameBack, ...hidden, ...ofOthers] };
