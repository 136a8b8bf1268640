import type { Problem } from '../api/client.js';
import { isTranslated, type CodedError } from '../api/field-error-text.js';
import { fieldsOf, numberOr, parsedFields, textOr } from '../api/json-fields.js';
import { socketUrl } from '../api/socket-url.js';
import type { HeaderField } from '../parts/header-lines.js';
import type { Handshake } from './credential.js';
import type { HandshakeAnswer, LinkEnd, LinkEvents, TestLink } from './test-link.js';

/**
 * A WebSocket that the API opens, with header fields that a page cannot set. The REST API documents its
 * messages with `openTestConnection`.
 */
export function openApiLink({ url, subprotocols, headers }: Handshake, events: LinkEvents): TestLink {
  const socket = new WebSocket(socketUrl('/v1/test-connection'), 'sluice.test');
  const send = (message: object): void => socket.send(JSON.stringify(message));
  socket.binaryType = 'arraybuffer';
  let isOpen = false;
  let end: LinkEnd | null = null;
  socket.addEventListener('open', () => send({ type: 'open', url, subprotocols, headers }));
  socket.addEventListener('message', ({ data }: MessageEvent<string | ArrayBuffer>) => {
    if (data instanceof ArrayBuffer) {
      events.received(data);
      return;
    }
    const message = parsedFields(data) ?? {};
    if (message['type'] === 'text') events.received(textOr(message['data'], ''));
    else if (message['type'] === 'opened') {
      isOpen = true;
      const subprotocol = textOr(message['subprotocol'], '');
      const extensions = textOr(message['extensions'], '');
      events.opened({ subprotocol, extensions, answer: answerOf(message) });
    } else end = endOf(message) ?? end;
  });
  socket.addEventListener('close', ({ code, reason }) => {
    // Without a last message, the API has ended the connection itself, or was never reached.
    events.closed(end ?? { code, reason, ...(!isOpen && { failure: null }) });
  });
  return {
    send: (payload) => {
      if (typeof payload === 'string') send({ type: 'text', data: payload });
      else socket.send(payload);
    },
    close: () => {
      if (isOpen && socket.readyState === WebSocket.OPEN) send({ type: 'close', code: 1000 });
      else socket.close(1000);
    },
  };
}

type Message = Readonly<Record<string, unknown>>;

function endOf(message: Message): LinkEnd | null {
  const code = numberOr(message['code'], 1006);
  switch (message['type']) {
    case 'closed':
      return { code, reason: textOr(message['reason'], '') };
    case 'refused':
      return { code, reason: '', answer: answerOf(message) };
    case 'failed':
      return { code, reason: '', failure: problemOf(message['problem']) };
    default:
      return null;
  }
}

function answerOf({ status, headers, body }: Message): HandshakeAnswer {
  return {
    status: numberOr(status, 0),
    headers: Array.isArray(headers) ? headers.map(fieldOf) : [],
    body: typeof body === 'string' ? body : null,
  };
}

function fieldOf(value: unknown): HeaderField {
  const field = fieldsOf(value) ?? {};
  return { name: textOr(field['name'], ''), value: textOr(field['value'], '') };
}

function problemOf(value: unknown): Problem | null {
  const { type, title, status, code, detail, errors } = fieldsOf(value) ?? {};
  if (typeof title !== 'string') return null;
  const fields = Array.isArray(errors) ? errors.map((error: unknown) => fieldsOf(error) ?? {}) : [];
  return {
    type: textOr(type, ''),
    title,
    status: numberOr(status, 0),
    code: textOr(code, '') as Problem['code'],
    ...(typeof detail === 'string' && { detail }),
    errors: fields.map(fieldErrorOf),
  };
}

function fieldErrorOf({ field, code, message, values }: Message): CodedError {
  const rule = textOr(code, '');
  return {
    field: textOr(field, ''),
    code: isTranslated(rule) ? rule : 'invalid',
    message: textOr(message, ''),
    values: Object.fromEntries(Object.entries(fieldsOf(values) ?? {}).filter(isTextOrNumber)),
  };
}

function isTextOrNumber(entry: [string, unknown]): entry is [string, string | number] {
  return typeof entry[1] === 'string' || typeof entry[1] === 'number';
}
