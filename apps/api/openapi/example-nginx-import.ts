/** The answer to an nginx.conf with one route and one directive that is not carried over. */
export const nginxImport = {
  routes: [
    {
      file: 'nginx.conf',
      line: 12,
      route: {
        name: 'nginx.conf:12',
        match: { host: 'chat.example', path: '/chat', pathType: 'prefix' },
        upstreams: [{ url: 'http://10.0.0.5:9000' }],
        auth: { mode: 'none' },
      },
    },
  ],
  warnings: [
    {
      file: 'nginx.conf',
      line: 3,
      column: 5,
      directive: 'gzip',
      message:
        '"gzip" is not carried over: messages are compressed by client and upstream, which agree on it',
    },
  ],
  hints: [],
  difference: null,
};
