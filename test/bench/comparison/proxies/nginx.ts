import { configuredProxy, type ConfiguredProxy } from './configured-proxy.js';

const shared: Omit<ConfiguredProxy, 'name' | 'setup'> = {
  program: 'nginx',
  debianPackage: 'nginx',
  configFile: 'nginx.conf',
  options: (configPath, folder) => ['-p', folder, '-e', 'stderr', '-c', configPath],
  versionOptions: ['-v'],
};

export const nginx = configuredProxy({
  ...shared,
  name: 'nginx',
  setup: 'one worker, access log off, proxy_buffer_size as it is by default',
  values: { bufferSize: '4k' },
});

/**
 * nginx holds one such buffer of a message at a time: a larger one is faster for large messages, and uses
 * more memory.
 */
export const nginxWithLargeBuffers = configuredProxy({
  ...shared,
  name: 'nginx-32k',
  setup: 'the same with proxy_buffer_size 32k',
  values: { bufferSize: '32k' },
});

/** For ordinary requests. */
export const nginxForHttp = configuredProxy({
  ...shared,
  name: 'nginx',
  setup: 'one worker, access log off, upstream keepalive, proxy_request_buffering off',
  configFile: 'nginx-http.conf',
});
