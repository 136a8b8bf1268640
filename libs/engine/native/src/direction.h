#pragma once

#include <cstddef>
#include <cstdint>

#include "allowance.h"
#include "counters.h"
#include "frame_follower.h"
#include "held_bytes.h"
#include "own_pings.h"
#include "pending_frames.h"
#include "socket.h"
#include "traffic_lane.h"

namespace sluice {

/// Whether a sender that exceeds its rate is slowed down, or its connection is closed with 1008.
enum class OnRate : uint8_t { kSlow = 0, kClose = 1 };

/// The events that a direction reports to its relay. `from` is the sender.
class DirectionEvents {
 public:
  /// The sender's close frame has arrived completely.
  virtual void onCloseFrame(Side from) = 0;
  /// The sender sends no more bytes, and all received bytes were forwarded or discarded.
  virtual void onSenderEnd(Side from) = 0;
  /// The receiver was sent the gateway's close frame, or the sender's close frame just before it.
  virtual void onCloseSent(Side from) = 0;
  /// The sender began a frame that is rejected. Everything before that frame was forwarded.
  virtual void onViolation(Side from, FrameViolation violation) = 0;
  /// Like `onViolation`, for a sender whose bytes are already discarded.
  virtual void onUnreadable(Side from) = 0;
  /// The sender exceeds its rate and must not be slowed down.
  virtual void onRateExceeded(Side from) = 0;

 protected:
  ~DirectionEvents() = default;
};

struct DirectionInput {
  Side from;
  Socket& sender;
  Socket& receiver;
  ReservedBits reservedBits;
  OnRate onRate;
  /// Shared with the tenant's other connections.
  TrafficLane& lane;
  TimingWheel& wheel;
  Counters* counters;
  DirectionEvents& events;
};

/// One direction of a relay: bytes from the sender are forwarded to the receiver, unchanged and in order. The sender is
/// not read while the receiver is behind or the sender exceeds its rate. A direction therefore buffers at most one read
/// for each of the two cases, regardless of chunking.
class Direction : private LaneWaiter, private FrameGate {
 public:
  explicit Direction(const DirectionInput& input);
  ~Direction() { lane_.leave(*this); }

  FrameFollower& follower() { return follower_; }
  /// The gateway's pings to the sender. Their pongs arrive in this direction and are not forwarded.
  OwnPings& pings() { return pings_; }
  Socket& receiver() { return receiver_; }
  const Counters& counters() const { return *counters_; }

  /// Whether reading from the sender is paused, so that silence does not mean that the sender is dead.
  bool isHeldUp() const { return isWaitingForRate_ || receiver_.isBehind(); }
  /// Whether bytes wait until the rate lets them pass.
  bool isWaitingForRate() const { return isWaitingForRate_; }
  /// Whether this direction can still send to the receiver.
  bool isOpen() const { return isRelaying_; }
  /// Whether the sender sends nothing more that is processed: it has closed, violated a rule or ended.
  bool isSenderDone() const { return follower_.isOver() || hasReportedSenderEnd_; }

  /// Handles bytes from the sender. The `ReadBuffer::kHeadroom` bytes in front of them may be overwritten.
  void onData(uint8_t* bytes, size_t length);
  /// Handles bytes that the sender sent before the join. Must be called before `onData`.
  void onHead(const uint8_t* bytes, size_t length);
  /// Must be called when the sender is lost; a FIN has the same effect. Bytes that wait for the rate are forwarded
  /// first.
  void endSender();
  /// Must be called when the receiver is no longer behind.
  void onReceiverReady();

  /// Sends a close frame to the receiver at the next frame boundary; no bytes of the sender follow it. Returns false if
  /// the receiver was already sent a close frame or cannot be written to.
  bool injectClose(const OwnFrame& frame);
  /// Like `injectClose`, but the close frame waits until the sender closes, and replaces the sender's close frame.
  /// `sendDeferredClose` sends it earlier.
  bool deferClose(const OwnFrame& frame);
  /// Sends a deferred close frame at the next frame boundary; returns false if there is none.
  bool sendDeferredClose();
  /// Pings the receiver at the next frame boundary at which it is not behind, unless it was sent a close frame.
  void injectPing(OwnPings& pings);
  /// Stops waiting for the sender to close, and for the rate if the sender has ended. Returns false if it was waiting
  /// for neither.
  bool stopWaiting();
  /// Continues to read, so that a close frame and the FIN are detected, but forwards nothing more.
  void discard();
  /// Must be called when no more bytes will arrive. Leaves the queue of the lane.
  void end();
  void readOn();

 private:
  /// Why the follower stopped before a frame: a frame of the gateway must be sent first; the frame is a pong to a ping
  /// of the gateway; the frame is incomplete and may be such a pong; or the rate is used up.
  enum class Stop : uint8_t { kNone, kOwnFrame, kOwnPong, kPossiblePong, kRate };

  void onAllowance() override;
  bool mayPass(const uint8_t* at, size_t available) override;
  Stop whyStopBefore(const uint8_t* at, size_t available);
  void passAndCount(const uint8_t* bytes, size_t length);
  void pass(const uint8_t* bytes, size_t length);
  size_t passSome(const uint8_t* bytes, size_t length);
  size_t takeOutPong();
  void countInLane();
  void waitForRate();
  void passHeld();
  void reportSenderEnd();
  void write(const uint8_t* bytes, size_t length);
  void writeOwnFrames();

  Socket& sender_;
  Socket& receiver_;
  TrafficLane& lane_;
  TimingWheel& wheel_;
  DirectionEvents& events_;
  Counters* counters_;
  FrameFollower follower_;
  OwnPings pings_;
  PendingFrames pending_;
  Allowance allowance_;
  HeldBytes held_;
  double messagesInLane_ = 0;
  double bytesInLane_ = 0;
  Side from_;
  OnRate onRate_;
  Stop stop_ = Stop::kNone;
  bool isRelaying_ = true;
  bool hasSenderEnded_ = false;
  bool hasReportedSenderEnd_ = false;
  bool hasReportedClose_ = false;
  bool isWaitingForRate_ = false;
};

}  // namespace sluice
