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
const longestControlPayload = 125;

/** Whether a frame with this first byte begins a data message (§5.6). */
export function isMessageStart(firstByte: number): boolean {
  const opcode = firstByte & 0x0f;
  return opcode === opcodeText || opcode === opcodeBinary;
}

export type FrameSender = 'client' | 'upstream';

/** What RFC 6455 lets one side of a connection send. */
export class FrameRules {
  /** `hasExtensions`: whether the handshake agreed on any, which may use the reserved bits. */
  constructor(
    private readonly sender: FrameSender,
    private readonly hasExtensions: boolean,
  ) {}

  /**
   * Whether a frame is forbidden: masked exactly when a client sends it (§5.1), reserved bits only with an extension,
   * known opcodes only (§5.2), control frames short and whole (§5.5), fragments in their order (§5.4).
   * @param first the first byte of its header
   * @param second the second one
   * @param payloadLength in bytes; Infinity where the most significant bit of a 64-bit length is set, which must not be
   * @param isInMessage whether a fragmented message is under way
   */
  forbid(first: number, second: number, payloadLength: number, isInMessage: boolean): boolean {
    const isMasked = (second & 0x80) !== 0;
    if (isMasked !== (this.sender === 'client')) return true;
    if ((first & 0x70) !== 0 && !this.hasExtensions) return true;
    if (payloadLength === Infinity) return true;

    const opcode = first & 0x0f;
    const isFinal = (first & 0x80) !== 0;
    if (opcode >= firstControlOpcode) {
      // A longer form of the length is forbidden too, whatever it says (§5.2: the shortest one must be used).
      return opcode > opcodePong || !isFinal || (second & 0x7f) > longestControlPayload;
    }
    if (opcode > opcodeBinary) return true;
    return (opcode === opcodeContinuation) !== isInMessage;
  }
}
