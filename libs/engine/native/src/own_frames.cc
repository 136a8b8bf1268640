#include "own_frames.h"

#include <uv.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace sluice {
namespace {

// Random bytes are drawn in large blocks, because a system call per mask would cost more than the frame.
class MaskPool {
 public:
  const uint8_t* next() {
    if (used_ == sizeof(pool_)) {
      randomBytes(pool_, sizeof(pool_));
      used_ = 0;
    }
    const uint8_t* mask = pool_ + used_;
    used_ += 4;
    return mask;
  }

 private:
  uint8_t pool_[4096];
  size_t used_ = sizeof(pool_);
};

thread_local MaskPool maskPool;

// Returns how many bytes of UTF-8 within `maxBytes` are whole characters. A peer must not be sent a partial character
// (RFC 6455 §5.5.1).
size_t wholeCharacters(const uint8_t* text, size_t length, size_t maxBytes) {
  if (length <= maxBytes) return length;
  size_t end = maxBytes;
  while (end > 0 && (text[end] & 0xc0) == 0x80) end -= 1;
  return end;
}

}  // namespace

void randomBytes(uint8_t* bytes, size_t length) {
  // This fails only if the system has no source of random bytes. Frames with predictable masks must not be sent.
  if (uv_random(nullptr, nullptr, bytes, length, 0, nullptr) != 0) std::abort();
}

OwnFrame controlFrame(uint8_t opcode, const uint8_t* payload, size_t length, Side receiver) {
  OwnFrame frame;
  const size_t payloadBytes = std::min(length, OwnFrame::kMaxPayload);
  frame.bytes[0] = kFinalBit | opcode;
  if (receiver == Side::kClient) {
    frame.bytes[1] = static_cast<uint8_t>(payloadBytes);
    std::copy_n(payload, payloadBytes, frame.bytes + 2);
    frame.length = static_cast<uint8_t>(2 + payloadBytes);
    return frame;
  }
  frame.bytes[1] = kMaskBit | static_cast<uint8_t>(payloadBytes);
  std::memcpy(frame.bytes + 2, maskPool.next(), 4);
  for (size_t index = 0; index < payloadBytes; index += 1) {
    frame.bytes[6 + index] = payload[index] ^ frame.bytes[2 + index % 4];
  }
  frame.length = static_cast<uint8_t>(6 + payloadBytes);
  return frame;
}

OwnFrame closeFrame(uint16_t code, const uint8_t* reason, size_t length, Side receiver) {
  uint8_t payload[OwnFrame::kMaxPayload];
  payload[0] = static_cast<uint8_t>(code >> 8);
  payload[1] = static_cast<uint8_t>(code);
  const size_t reasonBytes = wholeCharacters(reason, length, OwnFrame::kMaxPayload - 2);
  std::copy_n(reason, reasonBytes, payload + 2);
  return controlFrame(kOpcodeClose, payload, 2 + reasonBytes, receiver);
}

}  // namespace sluice
