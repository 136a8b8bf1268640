#pragma once

#include <cstddef>
#include <cstdint>

namespace sluice {

/// A socket or a connection, as JavaScript and the engine name it to each other.
struct Id {
  uint32_t slot;
  uint32_t generation;
};

enum class RecordKind : uint8_t {
  /// It was read before it was delivered, and means nothing any more.
  kTaken = 0,
  /// A listener (`number`) has a new socket (`id`), which is not read yet; the bytes are the text of its peer's address.
  kAccepted = 1,
  /// A listener (`number`) could not accept; `code` is the error of libuv.
  kAcceptFailed = 2,
  /// A socket that was dialed is connected.
  kConnected = 3,
  /// Bytes of a socket that is not joined.
  kData = 4,
  /// A socket that is not joined got the FIN of its peer.
  kFin = 5,
  /// All that was written to a socket that is not joined was taken by the system.
  kFlushed = 6,
  /// A socket that is not joined is closed; `code` is the error of libuv, or 0. It is the last that is said of it.
  kClosed = 7,
  /// A connection has ended: `endedBy`, `reason`, and its close code in `code`. It is the last that is said of it.
  kEnded = 8,
};

/// From the engine; `dataBytes` follow, padded to 8.
struct RecordHeader {
  RecordKind kind;
  uint8_t endedBy;
  uint8_t reason;
  uint8_t unused;
  Id id;
  uint32_t dataBytes;
  int32_t code;
  uint32_t number;
};

static_assert(sizeof(RecordHeader) == 24, "JavaScript reads headers of 24 bytes");

enum class CommandKind : uint8_t { kClose = 1, kMaxMessageBytes = 2, kTap = 3, kDestroy = 4 };

/// To the engine, for a connection; `dataBytes` follow, padded to 8. A command for one that is gone is ignored.
struct CommandHeader {
  CommandKind kind;
  /// Of `kTap`: 1 turns it on.
  uint8_t flag;
  /// Of `kClose`.
  uint16_t closeCode;
  Id id;
  uint32_t dataBytes;
};

static_assert(sizeof(CommandHeader) == 16, "JavaScript writes headers of 16 bytes");

inline size_t paddedBytes(size_t bytes) { return (bytes + 7) & ~size_t{7}; }

}  // namespace sluice
