const opcodeContinuation = 0x0;
const opcodeText = 0x1;
const opcodeBinary = 0x2;
/** The opcode of a close frame. */
export const opcodeClose = 0x8;
/** The opcode of a ping. */
export const opcodePing = 0x9;
/** The opcode of a pong. */
export const opcodePong = 0xa;
/** The first opcode of control frames (RFC 6455 §5.5). All higher opcodes are control frames too. */
export const firstControlOpcode = 0x8;
const maxControlPayload = 125;

/** Whether a frame with this first byte begins a data message (§5.6). */
export function isMessageStart(firstByte: number): boolean {
  const opcode = firstByte & 0x0f;
  return opcode === opcodeText || opcode === opcodeBinary;
}

/** Whether a frame with this first byte is a close frame (§5.5.1). */
export function isClose(firstByte: number): boolean {
  return (firstByte & 0x0f) === opcodeClose;
}

export type FrameSender = 'client' | 'upstream';

/**
 * The reserved bits that frames may set (RFC 6455 §5.2), depending on the negotiated extensions: none; RSV1
 * on the first frame of a data message, which permessage-deflate sets on compressed messages (RFC 7692 §6);
 * or any, if an extension was negotiated that the gateway does not know.
 */
export type ReservedBits = 'none' | 'perMessageCompressed' | 'any';

/** The kind of data frame that is allowed next: the first frame of a message, a continuation, or none. */
export type NextData = 'newMessage' | 'continuation' | 'none';

const reservedBit1 = 0x40;
const allReservedBits = 0x70;

/** The rules of RFC 6455 for the frames of one side of a connection. */
export class FrameRules {
  constructor(
    private readonly sender: FrameSender,
    private readonly reservedBits: ReservedBits,
  ) {}

  /**
   * Returns whether a frame is forbidden. A frame must be masked exactly if a client sends it (§5.1). It may
   * set reserved bits only if an extension uses them, must have its length in the shortest form, and must
   * have a known opcode (§5.2). Control frames must be short and unfragmented (§5.5). Fragments must arrive
   * in order (§5.4). No data may follow a close frame (§5.5.1). Pings and pongs may follow one: a peer
   * answers a ping until the other side's close frame has arrived (§5.5.2).
   * @param first the first byte of the header
   * @param second the second byte of the header
   * @param payloadLength in bytes; Infinity if the most significant bit of a 64-bit length is set, which is
   * forbidden
   */
  forbid(first: number, second: number, payloadLength: number, nextData: NextData): boolean {
    const isMasked = (second & 0x80) !== 0;
    if (isMasked !== (this.sender === 'client')) return true;
    if ((first & allReservedBits) !== 0 && !this.#allowReservedBits(first)) return true;
    const shortLength = second & 0x7f;
    if (payloadLength === Infinity || payloadLength < minLengthIn(shortLength)) return true;

    const opcode = first & 0x0f;
    const isFinal = (first & 0x80) !== 0;
    if (opcode >= firstControlOpcode)
      return opcode > opcodePong || !isFinal || shortLength > maxControlPayload;
    if (opcode > opcodeBinary || nextData === 'none') return true;
    return (opcode === opcodeContinuation) !== (nextData === 'continuation');
  }

  #allowReservedBits(first: number): boolean {
    if (this.reservedBits === 'any') return true;
    const isFirstAlone = (first & allReservedBits) === reservedBit1;
    return this.reservedBits === 'perMessageCompressed' && isFirstAlone && isMessageStart(first);
  }
}

// The shorter forms, of 7 or 16 bits, must be used for all smaller lengths.
function minLengthIn(shortLength: number): number {
  if (shortLength < 126) return 0;
  return shortLength === 126 ? 126 : 65_536;
}
