import { readFile } from 'node:fs/promises';

// Other programs mostly use other caches. A kernel that merges caches of one size keeps only one of their
// names, so entries of epoll may be missing.
const cachesOfSockets = /^(TCP|TCPv6|sock_inode_cache|filp|eventpoll_epi|eventpoll_pwq|ep_head)$/;

/**
 * Bytes of the kernel's objects for TCP sockets: the sockets, their inodes and files, and entries of epoll
 * (slabinfo(5)). Empty queues have no buffers. Null if this user may not read it.
 */
export async function kernelSocketBytes(): Promise<number | null> {
  try {
    return socketBytesIn(await readFile('/proc/slabinfo', 'utf8'));
  } catch {
    return null;
  }
}

/** `name <active objects> <all objects> <bytes of an object> …`, one line for each cache. */
export function socketBytesIn(slabinfo: string): number {
  return slabinfo
    .split('\n')
    .map((line) => line.split(/\s+/))
    .filter(([name = '']) => cachesOfSockets.test(name))
    .reduce((sum, [, active, , size]) => sum + Number(active) * Number(size), 0);
}
