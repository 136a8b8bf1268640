#include "frame_rules.h"

#include "frame_header.h"

namespace sluice {
namespace {

constexpr uint8_t kReservedBit1 = 0x40;
constexpr uint8_t kAllReservedBits = 0x70;
constexpr uint8_t kMaxControlPayload = 125;

// The shorter forms, with 7 or 16 bits, hold all lengths below these values.
uint64_t minLengthIn(uint8_t shortLength) {
  if (shortLength < 126) return 0;
  return shortLength == 126 ? 126 : 65536;
}

}  // namespace

bool FrameRules::forbid(uint8_t first, uint8_t second, uint64_t payloadLength, NextData nextData) const {
  const bool isMasked = (second & kMaskBit) != 0;
  if (isMasked != (sender_ == Side::kClient)) return true;
  if ((first & kAllReservedBits) != 0 && !allowReservedBits(first)) return true;
  const uint8_t shortLength = second & 0x7f;
  if (payloadLength == kForbiddenLength || payloadLength < minLengthIn(shortLength)) return true;

  const uint8_t opcode = opcodeOf(first);
  const bool isFinal = (first & kFinalBit) != 0;
  if (opcode >= kFirstControlOpcode) return opcode > kOpcodePong || !isFinal || shortLength > kMaxControlPayload;
  if (opcode > kOpcodeBinary || nextData == NextData::kNone) return true;
  return (opcode == kOpcodeContinuation) != (nextData == NextData::kContinuation);
}

bool FrameRules::allowReservedBits(uint8_t first) const {
  if (reservedBits_ == ReservedBits::kAny) return true;
  const bool isFirstBitOnly = (first & kAllReservedBits) == kReservedBit1;
  return reservedBits_ == ReservedBits::kPerMessageCompressed && isFirstBitOnly && isMessageStart(first);
}

}  // namespace sluice
