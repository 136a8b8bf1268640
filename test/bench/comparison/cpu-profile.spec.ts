import { describe, expect, test } from 'vitest';
import { timeByFunction, timeByOrigin, type CpuProfile } from './cpu-profile.js';

const profile: CpuProfile = {
  nodes: [
    node(1, '(idle)', ''),
    node(2, 'relay', 'file:///srv/sluice/dist/libs/tunnel/tunnel.js'),
    node(3, 'parse', 'file:///srv/sluice/node_modules/ipaddr.js/lib/ipaddr.js'),
    node(4, 'writeBuffer', ''),
    node(5, 'relay', 'file:///srv/sluice/dist/libs/tunnel/tunnel.js'),
    node(6, 'read', 'node:internal/streams/readable'),
  ],
  samples: [1, 2, 3, 4, 5, 6],
  timeDeltas: [0, 5000, 10, 20, 40, 10, 20],
};

describe('a CPU profile', () => {
  test('consists of shares of the time in which the process was not idle', () => {
    expect(timeByFunction(profile)).toEqual([
      { name: 'writeBuffer', share: 0.4 },
      { name: 'relay libs/tunnel/tunnel.js:8', share: 0.2 },
      { name: 'parse ipaddr.js/lib/ipaddr.js:8', share: 0.2 },
      { name: 'read node:internal/streams/readable:8', share: 0.2 },
    ]);
  });

  test('distinguishes folders, packages, modules of Node and native functions', () => {
    expect(timeByOrigin(profile).map(({ name }) => name)).toEqual([
      'native functions, with their system calls',
      'libs/tunnel',
      'ipaddr.js',
      'node:internal/streams',
    ]);
  });
});

function node(id: number, functionName: string, url: string): CpuProfile['nodes'][number] {
  return { id, callFrame: { functionName, url, lineNumber: 7 } };
}
