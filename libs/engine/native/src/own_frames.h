#pragma once

#include <cstddef>
#include <cstdint>

#include "frame_rules.h"

namespace sluice {

/// Fills memory with unpredictable bytes, as RFC 6455 §5.3 requires for masks.
void randomBytes(uint8_t* bytes, size_t length);

/// A control frame that the gateway sends.
struct OwnFrame {
  static constexpr size_t kMaxPayload = 125;
  static constexpr size_t kMaxBytes = 2 + 4 + kMaxPayload;
  uint8_t length = 0;
  uint8_t bytes[kMaxBytes];
};

/// The payload is truncated to 125 bytes. A frame to an upstream is masked, as client frames must be (§5.3); a frame to
/// a client is not.
OwnFrame controlFrame(uint8_t opcode, const uint8_t* payload, size_t length, Side receiver);

/// Creates a close frame (§5.5.1). The reason is UTF-8. A reason longer than 123 bytes is truncated to the whole
/// characters that fit.
OwnFrame closeFrame(uint16_t code, const uint8_t* reason, size_t length, Side receiver);

}  // namespace sluice
