import { ApiClient } from '../api/api-client.js';
import { UsageError } from '../command-error.js';
import { defineCommand } from '../command.js';
import { maxTappedConnections, TapView } from '../taps/tap-view.js';

const maxPayloadBytes = 65_536;

export const tapCommand = defineCommand({
  name: 'tap',
  summary: 'Print the frames of live connections as they pass',
  operands: { usage: '[CONNECTION]', min: 0, max: 1 },
  options: {
    tenant: { type: 'string', value: 'TENANT', description: 'only connections of this tenant (id or slug)' },
    route: { type: 'string', value: 'ROUTE', description: 'only connections of this route (id)' },
    key: { type: 'string', value: 'KEY', description: 'only connections of this API key (id)' },
    gateway: { type: 'string', value: 'GATEWAY', description: 'only connections of this gateway (id)' },
    'client-ip': { type: 'string', value: 'ADDRESS', description: 'only connections of this client address' },
    payload: {
      type: 'string',
      value: 'BYTES',
      description: 'show this many bytes of each payload (default 0)',
    },
    frames: { type: 'string', value: 'NUMBER', description: 'stop after this many frames' },
    json: { type: 'boolean', description: 'print the messages of the API, one JSON object per line' },
  },
  details: `Either one CONNECTION, by its id, or filters, which all have to match; then connections that are opened later are
shown, too, ${maxTappedConnections} at a time. A frame from the client has a ">", one from the upstream a "<". Ctrl-C ends the tap.
A tap slows nothing down: frames that come too fast are left out and counted. The audit has an entry for each.

  sluice tap --tenant acme --payload 100

Ends with 0; with 1 when refused, or when the gateway of the one CONNECTION is lost.`,
  async run({ payload, frames, json = false, ...given }, [connectionId], terminal) {
    const filters = filtersOf(given, connectionId);
    const view = new TapView(terminal, {
      payloadBytes: numberIn('payload', payload ?? '0', maxPayloadBytes),
      maxFrames: frames === undefined ? null : numberIn('frames', frames, Number.MAX_SAFE_INTEGER),
      isJson: json,
    });
    const api = await ApiClient.of(terminal.environment);
    const release = terminal.onInterrupt(() => view.stop());
    try {
      return connectionId === undefined
        ? await view.follow(api, filters)
        : await view.show(api, connectionId);
    } finally {
      release();
    }
  },
});

function filtersOf(
  given: { [name: string]: string | boolean | undefined },
  connectionId: string | undefined,
): Record<string, string> {
  const filters: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    if (typeof value === 'string') filters[name === 'client-ip' ? 'clientIp' : name] = value;
  }
  const hasFilter = Object.keys(filters).length > 0;
  if (hasFilter !== (connectionId !== undefined)) return filters;
  throw new UsageError(
    hasFilter
      ? 'sluice tap: give either a CONNECTION or filters, not both'
      : 'sluice tap: give a CONNECTION, or a filter like --tenant; "sluice help tap" lists them',
  );
}

function numberIn(option: string, text: string, maximum: number): number {
  const value = /^[0-9]{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value <= maximum) return value;
  throw new UsageError(`sluice tap: --${option}: expected a whole number up to ${maximum}`);
}
