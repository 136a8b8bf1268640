import { configuredProxy } from './configured-proxy.js';

export const nginx = configuredProxy({
  name: 'nginx',
  setup: 'one worker, access log off, buffers as they are by default',
  program: 'nginx',
  debianPackage: 'nginx',
  configFile: 'nginx.conf',
  options: (configPath, folder) => ['-p', folder, '-e', 'stderr', '-c', configPath],
  versionOptions: ['-v'],
});
