import { expect, test } from 'vitest';
import { ChildProgram } from '../../../test/support/child-program.js';
import { idleCollectionOption } from './keep-compiled-code.js';

test('this Node.js has the option of V8 by which compiled code is kept', async () => {
  const name = 'node';
  const options = new ChildProgram({ name, command: [process.execPath, '--v8-options'] }).start();
  const { output } = await options.exited();
  expect(output).toContain(`${idleCollectionOption} `);
});
