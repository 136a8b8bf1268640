import { createServer } from 'node:http';
import sockjs from 'sockjs';

// `node sockjs-server.mjs 9000` echoes on port 9000, below /sj.
const echo = sockjs.createServer({ log: () => undefined });
echo.on('connection', (connection) => {
  connection.on('data', (message) => connection.write(message));
});
const server = createServer();
echo.installHandlers(server, { prefix: '/sj' });
server.listen(Number(process.argv[2]), '127.0.0.1');
