import { createServer } from 'node:http';
import httpProxy from 'http-proxy';

// As in the README of the package for WebSockets: `node proxy.mjs 8080 9000` proxies port 8080 to port 9000.
const [port, upstreamPort] = process.argv.slice(2).map(Number);
const proxy = httpProxy.createProxyServer({ target: `http://127.0.0.1:${upstreamPort}`, ws: true });
proxy.on('error', (error, _request, answer) => {
  console.error(error.message);
  answer.end();
});
createServer((request, response) => proxy.web(request, response))
  .on('upgrade', (request, socket, head) => proxy.ws(request, socket, head))
  .listen({ port, host: '127.0.0.1', backlog: 4096 });
