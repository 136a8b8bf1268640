#pragma once

#include <cstdint>

namespace sluice {

enum class Side : uint8_t { kClient = 0, kUpstream = 1 };

constexpr Side kSides[] = {Side::kClient, Side::kUpstream};

inline Side otherSide(Side side) { return side == Side::kClient ? Side::kUpstream : Side::kClient; }

/// Which reserved bits frames may set (RFC 6455 §5.2), given the extensions that the handshake negotiated: none; RSV1
/// on the first frame of a data message, where permessage-deflate sets it (RFC 7692 §6); or any, if there is an unknown
/// extension.
enum class ReservedBits : uint8_t { kNone = 0, kPerMessageCompressed = 1, kAny = 2 };

/// Which data frame is allowed next: the first of a message, a continuation, or none.
enum class NextData : uint8_t { kNewMessage, kContinuation, kNone };

constexpr uint8_t kOpcodeContinuation = 0x0;
constexpr uint8_t kOpcodeText = 0x1;
constexpr uint8_t kOpcodeBinary = 0x2;
constexpr uint8_t kFirstControlOpcode = 0x8;
constexpr uint8_t kOpcodeClose = 0x8;
constexpr uint8_t kOpcodePing = 0x9;
constexpr uint8_t kOpcodePong = 0xa;
constexpr uint8_t kFinalBit = 0x80;
constexpr uint8_t kMaskBit = 0x80;

inline uint8_t opcodeOf(uint8_t firstByte) { return firstByte & 0x0f; }

/// Whether a frame with this first byte begins a data message (§5.6).
inline bool isMessageStart(uint8_t firstByte) {
  return opcodeOf(firstByte) == kOpcodeText || opcodeOf(firstByte) == kOpcodeBinary;
}

/// Whether a frame with this first byte is a close frame (§5.5.1).
inline bool isClose(uint8_t firstByte) { return opcodeOf(firstByte) == kOpcodeClose; }

/// The frames that RFC 6455 lets one side of a connection send.
class FrameRules {
 public:
  FrameRules(Side sender, ReservedBits reservedBits) : sender_(sender), reservedBits_(reservedBits) {}

  /// Whether a frame is forbidden. A frame must be masked if and only if a client sends it (§5.1). Reserved bits are
  /// set only as an extension defines them, a length has its shortest form, and the opcode is known (§5.2). Control
  /// frames are short and not fragmented (§5.5), fragments are in order (§5.4), and no data follows a close frame
  /// (§5.5.1). Pings and pongs may follow one (§5.5.2).
  bool forbid(uint8_t first, uint8_t second, uint64_t payloadLength, NextData nextData) const;

 private:
  bool allowReservedBits(uint8_t first) const;

  Side sender_;
  ReservedBits reservedBits_;
};

}  // namespace sluice
