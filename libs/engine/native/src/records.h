#pragma once

#include <cstdint>

#include "relay.h"

namespace sluice {

/// A connection, as JavaScript and the engine name it to each other: a slot is used again, and its generation tells its users apart.
struct ConnectionId {
  uint32_t slot;
  uint32_t generation;
};

/// From the engine: a connection has ended. It is the last that is said of it.
struct EndedRecord {
  ConnectionId id;
  uint16_t closeCode;
  EndedBy endedBy;
  EndReason reason;
  uint32_t unused;
};

static_assert(sizeof(EndedRecord) == 16, "JavaScript reads records of 16 bytes");

enum class CommandKind : uint8_t { kClose = 1, kMaxMessageBytes = 2, kTap = 3, kDestroy = 4 };

/// To the engine; `dataBytes` follow, padded to 8. A command for a connection that is gone is ignored.
struct CommandHeader {
  CommandKind kind;
  /// Of `kTap`: 1 turns it on.
  uint8_t flag;
  /// Of `kClose`.
  uint16_t closeCode;
  ConnectionId id;
  uint32_t dataBytes;
};

static_assert(sizeof(CommandHeader) == 16, "JavaScript writes headers of 16 bytes");

}  // namespace sluice
