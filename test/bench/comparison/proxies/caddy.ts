import { configuredProxy } from './configured-proxy.js';

export const caddy = configuredProxy({
  name: 'Caddy',
  setup: 'GOMAXPROCS=1, no access log',
  program: 'caddy',
  debianPackage: 'caddy',
  configFile: 'Caddyfile',
  options: (configPath) => ['run', '--config', configPath, '--adapter', 'caddyfile'],
  environment: { GOMAXPROCS: '1' },
  versionOptions: ['version'],
  collectGarbage: async (adminPort) => {
    await (await fetch(`http://127.0.0.1:${adminPort}/debug/pprof/heap?gc=1`)).arrayBuffer();
  },
});
