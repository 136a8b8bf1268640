import proxy from '@fastify/http-proxy';
import Fastify from 'fastify';

// As in the README of the package, over its default client, undici:
// `node proxy.mjs 8080 9000` proxies port 8080 to port 9000.
const [port, upstreamPort] = process.argv.slice(2).map(Number);
const server = Fastify();
server.register(proxy, { upstream: `http://127.0.0.1:${upstreamPort}` });
await server.listen({ port, host: '127.0.0.1', backlog: 4096 });
