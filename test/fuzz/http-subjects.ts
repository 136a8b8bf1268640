import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { acceptsConnections } from '../support/accepts-connections.js';
import { ChildProgram } from '../support/child-program.js';
import { freePort } from '../support/free-port.js';
import { GatewayWorld } from '../support/gateway-world.js';
import { startNginx } from '../support/nginx.js';
import type { Tolerance } from '../support/strict-requests.js';
import { RecordingUpstream, type ProxyUnderFuzz } from './http-proxies.js';

export async function startSluice(): Promise<ProxyUnderFuzz> {
  const upstream = await RecordingUpstream.start();
  const world = await GatewayWorld.start({
    SLUICE_UPSTREAM_ALLOW: '127.0.0.1/32',
    SLUICE_LOG_LEVEL: 'silent',
  });
  const upstreams = [{ url: `http://127.0.0.1:${upstream.port}` }];
  await world.route(await world.tenant(), { match: { path: '/' }, http: 'proxy', upstreams });
  return {
    name: 'Sluice',
    port: world.port,
    upstream,
    close: async () => {
      await world.close();
      await upstream.close();
    },
  };
}

/**
 * nginx and HAProxy, as far as they are installed. They may forward what they tolerate as they received it,
 * so their upstreams tolerate it, too.
 */
export async function startHttpPeers(tolerances: readonly Tolerance[]): Promise<ProxyUnderFuzz[]> {
  const started = await Promise.allSettled([
    startPeer('nginx', startNginxOn, tolerances),
    startPeer('HAProxy', startHaproxyOn, tolerances),
  ]);
  return started.flatMap((peer) => {
    if (peer.status === 'fulfilled') return [peer.value];
    process.stderr.write(`left out: ${String(peer.reason)}\n`);
    return [];
  });
}

/** Starts a program that listens on the port and forwards to the other one; resolves with its end. */
type StartProgram = (port: number, upstreamPort: number) => Promise<() => Promise<unknown>>;

async function startPeer(
  name: string,
  start: StartProgram,
  tolerances: readonly Tolerance[],
): Promise<ProxyUnderFuzz> {
  const upstream = await RecordingUpstream.start(tolerances);
  const port = await freePort();
  try {
    const stop = await start(port, upstream.port);
    const close = async (): Promise<void> => {
      await stop();
      await upstream.close();
    };
    return { name, port, upstream, close };
  } catch (error) {
    await upstream.close();
    throw new Error(`${name} does not start`, { cause: error });
  }
}

const startNginxOn: StartProgram = async (port, upstreamPort) => {
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const text = `
    pid nginx.pid;
    events {}
    http {
      access_log off;
      ${paths.map((path) => `${path}_temp_path ${path};`).join('\n')}
      upstream recording { server 127.0.0.1:${upstreamPort}; keepalive 4; }
      server {
        listen 127.0.0.1:${port};
        location / { proxy_pass http://recording; proxy_http_version 1.1; proxy_set_header Connection ""; }
      }
    }`;
  const nginx = await startNginx({ 'nginx.conf': text }, port);
  return () => nginx.stop();
};

const startHaproxyOn: StartProgram = async (port, upstreamPort) => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-haproxy-'));
  const path = join(folder, 'haproxy.cfg');
  const timeouts = ['connect', 'client', 'server'].map((side) => `  timeout ${side} 60s`);
  const listen = [`  bind 127.0.0.1:${port}`, `  server recording 127.0.0.1:${upstreamPort}`];
  await writeFile(path, ['defaults', '  mode http', ...timeouts, 'listen fuzz', ...listen, ''].join('\n'));
  const environment = { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` };
  const command = ['haproxy', '-db', '-f', path] as const;
  const program = new ChildProgram({ name: 'haproxy', command, environment }).start();
  await program.untilReady(() => acceptsConnections(port));
  return async () => {
    await program.stop();
    await rm(folder, { recursive: true, force: true });
  };
};
