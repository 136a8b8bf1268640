import { expect, test } from 'vitest';
import { ChildProgram } from '../../support/child-program.js';
import { untilOpen } from './until-open.js';

// It closes each connection without an answer, and exits at the second one.
const mute = `
  let connections = 0;
  const server = require('node:net').createServer((socket) => {
    connections += 1;
    if (connections === 2) process.exit(1);
    socket.on('error', () => {}).once('data', () => socket.end());
  });
  server.listen(0, '127.0.0.1', () => console.log('port ' + server.address().port));
`;

test('a proxy that closes connections without an answer and exits is reported with its log', async () => {
  const command = [process.execPath, '-e', mute] as const;
  const program = new ChildProgram({ name: 'mute', command }).start();
  const [, port] = await program.printed(/port (\d+)/);
  const target = { port: Number(port), path: '/', header: '' };
  await expect(untilOpen(program, target)).rejects.toThrow(/^mute exited: port \d+/);
});
