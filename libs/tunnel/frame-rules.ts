const opcodeContinuation = 0x0;
const opcodeText = 0x1;
const opcodeBinary = 0x2;
/** The opcode of a close frame. */
export const opcodeClose = 0x8;
/** The opcode of a ping. */
export const opcodePing = 0x9;
/** The opcode of a pong. */
export const opcodePong = 0xa;
/** Opcodes from here on are of control frames (RFC 6455 §5.5). */
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
 * Which reserved bits frames may have (RFC 6455 §5.2), by the extensions that the handshake agreed on: none; RSV1 on the
 * first frame of a data message, which permessage-deflate marks with it (RFC 7692 §6); or any, where there is an
 * extension that the gateway does not know.
 */
export type ReservedBits = 'none' | 'perMessageCompressed' | 'any';

/** What a data frame may be at this point: the first of a message, a continuation of one, or nothing any more. */
export type NextData = 'newMessage' | 'continuation' | 'none';

const reservedBit1 = 0x40;
const allReservedBits = 0x70;

/** What RFC 6455 lets one side of a connection send. */
export class FrameRules {
  constructor(
    private readonly sender: FrameSender,
    private readonly reservedBits: ReservedBits,
  ) {}

  /**
   * Whether a frame is forbidden: masked exactly when a client sends it (§5.1), reserved bits only as an extension has
   * them, a length in its shortest form, known opcodes only (§5.2), control frames short and whole (§5.5), fragments in
   * their order (§5.4), no data after a close frame (§5.5.1). Pings and pongs may follow one: a ping is answered until the
   * other side's close frame has come (§5.5.2).
   * @param first the first byte of its header
   * @param second the second one
   * @param payloadLength in bytes; Infinity where the most significant bit of a 64-bit length is set, which must not be
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

// The shorter form, of 7 or of 16 bits, holds everything below.
function minLengthIn(shortLength: number): number {
  if (shortLength < 126) return 0;
  return shortLength === 126 ? 126 : 65_536;
}
