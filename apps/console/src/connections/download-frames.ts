import { isTextual, textOf, type TappedFrame } from './tap-feed.js';

/** Saves the frames as a file with one JSON object a line; bytes that are not text are in base64. */
export function downloadFrames(connection: string, frames: readonly TappedFrame[]): void {
  const lines = frames.map(({ at, from, opcode, bytes, isFinal, isCompressed, isTruncated, payload }) =>
    JSON.stringify({
      at: new Date(at).toISOString(),
      from,
      opcode,
      isFinal,
      isCompressed,
      length: bytes,
      isTruncated,
      ...(payload !== null &&
        (isTextual(opcode) ? { text: textOf(payload) } : { base64: base64Of(payload) })),
    }),
  );
  const url = URL.createObjectURL(new Blob([`${lines.join('\n')}\n`], { type: 'application/x-ndjson' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${connection}.ndjson`;
  link.click();
  URL.revokeObjectURL(url);
}

function base64Of(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}
