import { expect, test } from 'vitest';
import { parseApiEvent } from './api-event.js';

test('a change has its position and the kinds of what it has changed, each once', () => {
  const entries = [
    { kind: 'route', id: 'a', op: 'put' },
    { kind: 'route', id: 'b', op: 'delete' },
  ];
  const change = { type: 'change', epoch: 'e1', revision: 7, entries, more: false };
  expect(parseApiEvent(JSON.stringify(change))).toEqual({
    type: 'change',
    position: { epoch: 'e1', revision: 7 },
    kinds: ['route'],
  });
});

test('events of gateways say what to read again, and unknown messages nothing', () => {
  expect(parseApiEvent('{"type":"connection.opened"}')).toEqual({ type: 'connections' });
  expect(parseApiEvent('{"type":"connections.omitted"}')).toEqual({ type: 'connections' });
  expect(parseApiEvent('{"type":"upstream.health"}')).toEqual({ type: 'upstreams' });
  expect(parseApiEvent('{"type":"gateway.stopped"}')).toEqual({ type: 'gateways' });
  for (const other of ['', '[]', '{"type":"change"}', '{"type":"later"}', null]) {
    expect(parseApiEvent(other)).toBeNull();
  }
});
