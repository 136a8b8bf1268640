#pragma once

#include <cstddef>
#include <cstdint>

namespace sluice {

/// The id of a socket or a connection, shared by JavaScript and the engine.
struct Id {
  uint32_t slot;
  uint32_t generation;
};

enum class RecordKind : uint8_t {
  /// The record was read before it was delivered, and must be ignored.
  kTaken = 0,
  /// A listener (`number`) accepted a new socket (`id`), which is not read yet. The bytes are the text of the peer's
  /// address.
  kAccepted = 1,
  /// A listener (`number`) could not accept; `code` is the libuv error.
  kAcceptFailed = 2,
  /// An outgoing socket is connected. If `code` is 1, its request was sent, `number` milliseconds ago.
  kConnected = 3,
  /// Bytes from an unjoined socket.
  kData = 4,
  /// An unjoined socket received the FIN of its peer.
  kFin = 5,
  /// The system has taken all bytes that were written to an unjoined socket.
  kFlushed = 6,
  /// An unjoined socket is closed; `code` is the libuv error, or 0. This is the last record of the socket.
  kClosed = 7,
  /// A connection has ended: `endedBy`, `reason`, and its close code in `code`. This is the last record of the
  /// connection.
  kEnded = 8,
  /// An upstream has switched protocols as the request that was sent on connecting asked. The first `number` bytes are
  /// the subprotocol, the others the extensions.
  kSwitched = 9,
  /// A listener (`number`) accepted a new socket (`id`), whose first bytes are the head of an ordinary upgrade request. The
  /// data is the `UpgradeHead`, then the text of the peer's address (`code` bytes), then all bytes that were read.
  kUpgrade = 10,
};

/// A record from the engine. `dataBytes` bytes follow, padded to a multiple of 8.
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

/// A command to the engine for a connection. `dataBytes` bytes follow, padded to a multiple of 8. A command for a
/// connection that is gone is ignored.
struct CommandHeader {
  CommandKind kind;
  /// For `kTap`: 1 turns the tap on.
  uint8_t flag;
  /// For `kClose`.
  uint16_t closeCode;
  Id id;
  uint32_t dataBytes;
};

static_assert(sizeof(CommandHeader) == 16, "JavaScript writes headers of 16 bytes");

inline size_t paddedBytes(size_t bytes) { return (bytes + 7) & ~size_t{7}; }

}  // namespace sluice
