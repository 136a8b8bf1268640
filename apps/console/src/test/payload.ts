export const payloadKinds = ['text', 'json', 'binary'] as const;
export type PayloadKind = (typeof payloadKinds)[number];

export type ReadPayload =
  | { ok: true; payload: string | Uint8Array<ArrayBuffer> }
  | { ok: false; problem: 'invalidHex' | 'invalidJson'; detail: string };

/** The payload that was written in the composer. JSON is sent as it was written. */
export function readPayload(kind: PayloadKind, text: string): ReadPayload {
  switch (kind) {
    case 'text':
      return { ok: true, payload: text };
    case 'json':
      try {
        JSON.parse(text);
        return { ok: true, payload: text };
      } catch (error) {
        return { ok: false, problem: 'invalidJson', detail: error instanceof Error ? error.message : '' };
      }
    case 'binary': {
      const bytes = bytesInHex(text);
      if (bytes === null) return { ok: false, problem: 'invalidHex', detail: '' };
      return { ok: true, payload: bytes };
    }
  }
}

// Null unless each byte is two digits; white space, commas and `0x` are ignored.
function bytesInHex(text: string): Uint8Array<ArrayBuffer> | null {
  const digits = text.replaceAll(/0x|[\s,]/gi, '');
  if (digits.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(digits)) return null;
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

const bytesInRow = 16;

/** The bytes as rows of offset, hexadecimal and ASCII. */
export function hexDump(bytes: Uint8Array): string {
  const rows: string[] = [];
  for (let offset = 0; offset < bytes.length; offset += bytesInRow) {
    const row = bytes.subarray(offset, offset + bytesInRow);
    const hex = hexOf(row).padEnd(bytesInRow * 3 - 1);
    rows.push(`${offset.toString(16).padStart(6, '0')}  ${hex}  ${asciiOf(row)}`);
  }
  return rows.join('\n');
}

export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

function asciiOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·')).join(
    '',
  );
}

/** The text with indentation if it is a JSON object or list, or else as it is. */
export function prettyText(text: string): string {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
