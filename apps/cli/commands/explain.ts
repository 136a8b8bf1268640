import { ApiClient } from '../api/api-client.js';
import { defineCommand } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import { explanationSchema } from '../explanations/explanation.js';
import { explanationLines } from '../explanations/explanation-lines.js';
import { checkedUrl, handshakeOptions, headerFields } from '../sockets/handshake-options.js';

export const explainCommand = defineCommand({
  name: 'explain',
  summary: 'Print what a gateway would decide about a URL, step by step',
  operands: { usage: 'URL', min: 1, max: 1 },
  options: {
    ...handshakeOptions,
    'client-ip': {
      type: 'string',
      value: 'ADDRESS',
      description: 'the address of the client (default: the one that the API sees)',
    },
    method: {
      type: 'string',
      value: 'METHOD',
      description: 'explain an ordinary HTTP request (default: a WebSocket handshake)',
    },
    gateway: { type: 'string', value: 'GATEWAY', description: 'ask this gateway (id; default: any)' },
    json: { type: 'boolean', description: 'print the answer of the API' },
  },
  details: `Sends no handshake: a gateway runs its steps up to the dial, and takes nothing. It has the
options of connect, and works for each of its URLs:

  sluice explain ws://127.0.0.1:8080/echo
  sluice explain wss://chat.example/socket --key slc_... --header 'Origin: https://chat.example'
  sluice explain http://127.0.0.1:8080/ --method GET

Ends with 0 if the gateway would dial an upstream, with 1 if it would refuse.`,
  async run({ 'client-ip': clientAddress, method, gateway, json = false, ...given }, [url = ''], terminal) {
    const question = {
      url: checkedUrl('explain', url, /^(?:ws|http)s?:$/),
      method: method?.toUpperCase() ?? null,
      headers: [...headerFields('explain', given), ...offeredSubprotocols(given.subprotocol)],
      clientAddress: clientAddress ?? null,
      gateway: gateway ?? null,
    };
    const api = await ApiClient.of(terminal.environment);
    const { body } = await api.request('POST', '/v1/explain', explanationSchema, question);
    terminal.print(json ? JSON.stringify(body, null, 2) : explanationLines(body).join('\n'));
    return body.verdict.allowed ? exitCodes.done : exitCodes.negative;
  },
});

function offeredSubprotocols(names: readonly string[] = []): { name: string; value: string }[] {
  return names.length === 0 ? [] : [{ name: 'Sec-WebSocket-Protocol', value: names.join(', ') }];
}
