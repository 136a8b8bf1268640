#pragma once

#include <cstddef>
#include <cstdint>

#include "counters.h"
#include "frame_rules.h"

namespace sluice {

/// Why a direction cannot continue; it determines the code of the close frame.
enum class FrameViolation : uint8_t { kNone, kProtocolError, kMessageTooBig };

/// Decides before each frame whether it may pass now.
class FrameGate {
 public:
  /// `at` is the start of a complete header; `available` is the number of bytes from there on.
  virtual bool mayPass(const uint8_t* at, size_t available) = 0;

 protected:
  ~FrameGate() = default;
};

/// Observes the frames of one direction as they pass. Pointers are valid until the call returns.
class FollowerObserver {
 public:
  /// A header is complete; `mask` is null if the payload is not masked.
  virtual void onFrame(uint8_t firstByte, uint64_t payloadLength, const uint8_t* mask) = 0;
  /// A part of the payload, as it is on the wire.
  virtual void onPayload(const uint8_t* bytes, size_t length) = 0;
  virtual void onFrameEnd() = 0;

 protected:
  ~FollowerObserver() = default;
};

constexpr int kNoCloseCode = -1;

/// Follows the frames of one direction (RFC 6455 §5.2), regardless of chunking. It reads headers in place, and neither
/// unmasks nor stores payloads. It detects frame boundaries, so that a frame of the gateway can be inserted between two
/// frames. It counts frames, records the code of a close frame, and stops before a frame that the RFC forbids or that
/// makes a message too big: no byte of such a frame passes.
class FrameFollower {
 public:
  FrameFollower(FrameRules rules, Counters* counters)
      : counters_(counters),
        rules_(rules),
        violation_(FrameViolation::kNone),
        nextData_(NextData::kNewMessage),
        opcode_(0),
        closeLength_(0),
        isFinal_(false),
        hasClosed_(false),
        isObserved_(false),
        isFrameObserved_(false) {}

  /// Follows the bytes from their start, and returns how many of them may pass. A header passes completely or not at
  /// all. If the bytes end within a header, if the gate stops before a frame, or if there is a violation, the caller
  /// must present the remaining bytes again, in front of the bytes that follow. `maxBytes` limits the result in the
  /// same way; a limit within a header moves to the end of that header. Without a gate, every frame may pass.
  size_t push(const uint8_t* bytes, size_t length, size_t maxBytes, FrameGate* gate = nullptr);
  size_t push(const uint8_t* bytes, size_t length) { return push(bytes, length, length); }

  /// Whether the bytes that have passed end with a complete frame.
  bool isAtBoundary() const { return payloadLeft_ == 0; }
  bool hasClosed() const { return hasClosed_; }
  /// Whether no more frames are processed: a close frame or a rejected frame has arrived.
  bool isOver() const { return hasClosed() || violation_ != FrameViolation::kNone; }
  /// The code of the first close frame, or 1005 if the frame has no code (§7.4.1); `kNoCloseCode` until the frame is
  /// complete.
  int closeCode() const { return hasClosed_ ? closeCode_ : kNoCloseCode; }
  /// Set once, by the first rejected frame. No bytes are followed after it.
  FrameViolation violation() const { return violation_; }

  /// The maximum size of a message in bytes, over all its frames, as they are on the wire.
  void setMaxMessageBytes(uint64_t bytes) { maxMessageBytes_ = bytes; }
  /// Passes the frames that begin from now on to an observer, which must be the same each time.
  void observe(FollowerObserver& observer) {
    observer_ = &observer;
    isObserved_ = true;
  }
  /// The observer still gets the rest of the current frame.
  void stopObserving() { isObserved_ = false; }
  /// Continues to follow without counting, because the bytes are not forwarded.
  void stopCounting() { counters_ = nullptr; }
  bool isCounting() const { return counters_ != nullptr; }

 private:
  size_t followPayload(const uint8_t* bytes, size_t length);
  size_t followHeader(const uint8_t* at, size_t headerBytes);
  FrameViolation violationOf(uint8_t first, uint8_t second, uint64_t payloadLength);
  void endFrame();
  void noteClose();

  // Each relay has two followers, so what is small shares two bytes.
  Counters* counters_;
  FollowerObserver* observer_ = nullptr;
  uint64_t payloadLeft_ = 0;
  uint64_t messageBytes_ = 0;
  uint64_t maxMessageBytes_ = UINT64_MAX;
  uint16_t closeCode_ = 0;
  // The first two payload bytes of a close frame; until they arrive, their mask.
  uint8_t closeBytes_[2] = {0, 0};
  FrameRules rules_;
  FrameViolation violation_ : 2;
  NextData nextData_ : 2;
  uint8_t opcode_ : 4;
  uint8_t closeLength_ : 2;
  bool isFinal_ : 1;
  bool hasClosed_ : 1;
  // Whether frames are passed to the observer, and whether the current one is.
  bool isObserved_ : 1;
  bool isFrameObserved_ : 1;
};

}  // namespace sluice
