#pragma once

#include <cstddef>
#include <cstdint>

#include "frame_rules.h"

namespace sluice {

/// Fills memory with bytes that can't be foreseen, which masks have to be (RFC 6455 §5.3).
void randomBytes(uint8_t* bytes, size_t length);

/// A control frame of the gateway's own.
struct OwnFrame {
  static constexpr size_t kMaxPayload = 125;
  static constexpr size_t kMaxBytes = 2 + 4 + kMaxPayload;
  uint8_t length = 0;
  uint8_t bytes[kMaxBytes];
};

/// The payload is cut after 125 bytes. What goes to an upstream is masked, as a client's frames must be (§5.3); what goes to a client
/// is not.
OwnFrame controlFrame(uint8_t opcode, const uint8_t* payload, size_t length, Side receiver);

/// A close frame (§5.5.1). The reason is UTF-8; of one longer than 123 bytes as many whole characters are sent as fit.
OwnFrame closeFrame(uint16_t code, const uint8_t* reason, size_t length, Side receiver);

}  // namespace sluice
