import { configuredProxy } from './configured-proxy.js';

export const haproxy = configuredProxy({
  name: 'HAProxy',
  setup: 'one thread, no log',
  program: 'haproxy',
  debianPackage: 'haproxy',
  configFile: 'haproxy.cfg',
  options: (configPath) => ['-db', '-f', configPath],
  versionOptions: ['-v'],
});
