import { expect, test } from 'vitest';
import { socketBytesIn } from './kernel-memory.js';

const slabinfo = `slabinfo - version: 2.1
# name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab> : tunables <limit>
proc_inode_cache    3361   4000    696   23    4 : tunables    0    0    0
TCP                   10     13   2368   13    8 : tunables    0    0    0
tw_sock_TCP          605    700    256   16    1 : tunables    0    0    0
sock_inode_cache      20     38    832   19    4 : tunables    0    0    0
filp                   3     42    192   21    1 : tunables    0    0    0
`;

test('the kernel memory of sockets is the sum of the used objects of sockets, inodes and files only', () => {
  expect(socketBytesIn(slabinfo)).toBe(10 * 2368 + 20 * 832 + 3 * 192);
});
