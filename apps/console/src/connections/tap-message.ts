import { fieldsOf, numberOr, parsedFields, textOr } from '../api/json-fields.js';

/** A frame as the tap reports it; the REST API documents it with `tapConnection`. */
export interface FrameMessage {
  type: 'frame';
  at: string;
  from: 'client' | 'upstream';
  opcode: string;
  isFinal: boolean;
  isCompressed: boolean;
  length: number;
  payload: { bytes: string; isTruncated: boolean } | null;
}

export type TapMessage = FrameMessage | { type: 'omitted'; count: number };

/** Null for a message that the console does not know, as of a later API. */
export function parseTapMessage(text: unknown): TapMessage | null {
  const fields = parsedFields(text);
  if (fields?.['type'] === 'omitted') return { type: 'omitted', count: numberOr(fields['count'], 0) };
  if (fields?.['type'] !== 'frame') return null;
  const payload = fieldsOf(fields['payload']);
  return {
    type: 'frame',
    at: textOr(fields['at'], ''),
    from: fields['from'] === 'client' ? 'client' : 'upstream',
    opcode: textOr(fields['opcode'], ''),
    isFinal: fields['isFinal'] === true,
    isCompressed: fields['isCompressed'] === true,
    length: numberOr(fields['length'], 0),
    payload: payload && {
      bytes: textOr(payload['bytes'], ''),
      isTruncated: payload['isTruncated'] === true,
    },
  };
}
