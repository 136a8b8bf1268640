#pragma once

#include <cstddef>
#include <cstdint>

#include "counters.h"
#include "frame_rules.h"

namespace sluice {

/// Why a direction can't go on, as the close frame says it.
enum class FrameViolation : uint8_t { kNone, kProtocolError, kMessageTooBig };

/// Asked before each frame whether it may pass now.
class FrameGate {
 public:
  /// `at` is where its header begins, which is whole; `available` counts all the bytes from there on.
  virtual bool mayPass(const uint8_t* at, size_t available) = 0;

 protected:
  ~FrameGate() = default;
};

/// Sees the frames of one direction as they pass. What it is given is valid until it returns.
class FollowerObserver {
 public:
  /// A header is complete; `mask` is null where the payload is not masked.
  virtual void onFrame(uint8_t firstByte, uint64_t payloadLength, const uint8_t* mask) = 0;
  /// A part of the payload, as it is on the wire.
  virtual void onPayload(const uint8_t* bytes, size_t length) = 0;
  virtual void onFrameEnd() = 0;

 protected:
  ~FollowerObserver() = default;
};

constexpr int kNoCloseCode = -1;

/// Follows the frames of one direction (RFC 6455 §5.2) through any chunking. It reads headers where they are, and neither unmasks nor
/// keeps payloads. It knows where frames end, so that a frame of the gateway's own can go between two of them, counts, notes the code
/// of a close frame, and stops before a frame that the RFC forbids or that makes a message too big: nothing of such a frame passes.
class FrameFollower {
 public:
  FrameFollower(FrameRules rules, Counters* counters) : rules_(rules), counters_(counters) {}

  /// Follows the bytes from their start, and answers with how many of them may pass. A header passes whole or not at all: where the
  /// bytes end within one, where the gate stops before a frame and where there is a violation, the rest has to come again, in front
  /// of what follows it. `maxBytes` stops it likewise, at a header's end where it would be within one.
  size_t push(const uint8_t* bytes, size_t length, size_t maxBytes);
  size_t push(const uint8_t* bytes, size_t length) { return push(bytes, length, length); }

  /// Whether what has passed ends with a whole frame.
  bool isAtBoundary() const { return payloadLeft_ == 0; }
  bool hasClosed() const { return closeCode_ != kNoCloseCode; }
  /// Whether nothing more is to be expected: a close frame has come, or a frame that is not let through.
  bool isOver() const { return hasClosed() || violation_ != FrameViolation::kNone; }
  /// Code of the first close frame, 1005 for one without a code (§7.4.1); `kNoCloseCode` until it has come whole.
  int closeCode() const { return closeCode_; }
  /// Set once, by the first frame that can't be let through; nothing is followed after it.
  FrameViolation violation() const { return violation_; }

  /// Bytes that a message may have over all of its frames, as they are on the wire.
  void setMaxMessageBytes(uint64_t bytes) { maxMessageBytes_ = bytes; }
  /// Null: every frame may pass.
  void setGate(FrameGate* gate) { gate_ = gate; }
  /// Sees the frames that begin from now on; null: nobody does.
  void setObserver(FollowerObserver* observer) { observer_ = observer; }
  /// Follows on without counting: what it reads is not passed on.
  void stopCounting() { counters_ = nullptr; }
  bool isCounting() const { return counters_ != nullptr; }

 private:
  size_t followPayload(const uint8_t* bytes, size_t length);
  size_t followHeader(const uint8_t* at, size_t headerBytes);
  FrameViolation violationOf(uint8_t first, uint8_t second, uint64_t payloadLength);
  void endFrame();
  void noteClose();

  FrameRules rules_;
  Counters* counters_;
  FrameGate* gate_ = nullptr;
  FollowerObserver* observer_ = nullptr;
  // The one that saw the header of the current frame.
  FollowerObserver* frameObserver_ = nullptr;
  uint64_t payloadLeft_ = 0;
  uint64_t messageBytes_ = 0;
  uint64_t maxMessageBytes_ = UINT64_MAX;
  int closeCode_ = kNoCloseCode;
  FrameViolation violation_ = FrameViolation::kNone;
  NextData nextData_ = NextData::kNewMessage;
  bool isFinal_ = false;
  uint8_t opcode_ = 0;
  // The first two payload bytes of a close frame, unmasked.
  uint8_t closeBytes_[2] = {0, 0};
  uint8_t closeMask_[2] = {0, 0};
  uint8_t closeLength_ = 0;
};

}  // namespace sluice
