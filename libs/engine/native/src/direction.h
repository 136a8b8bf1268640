#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "allowance.h"
#include "connection_lanes.h"
#include "counters.h"
#include "frame_follower.h"
#include "held_bytes.h"
#include "own_pings.h"
#include "pending_frames.h"
#include "socket.h"

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

/// The parts of a connection that both of its directions use, with one copy for both. The arrays have the client's
/// first.
struct RelayParts {
  Socket* sockets[2];
  /// Shared with other connections of the tenant, the route and the key.
  ConnectionLanes lanes;
  Counters* counters;
  TimingWheel& wheel;
  DirectionEvents& events;
  /// The gateway's pings to each side.
  OwnPings pings[2];
  OnRate onRate;

  Socket& socketOf(Side side) const { return *sockets[static_cast<size_t>(side)]; }
  Counters& countersOf(Side side) const { return counters[static_cast<size_t>(side)]; }
  OwnPings& pingsTo(Side side) { return pings[static_cast<size_t>(side)]; }
};

/// One direction of a relay: bytes from the sender are forwarded to the receiver, unchanged and in order. The sender is
/// not read while the receiver is behind or the sender exceeds its rate. A direction therefore buffers at most one read
/// for each of the two cases, regardless of chunking.
class Direction {
 public:
  Direction(Side from, RelayParts& parts, ReservedBits reservedBits);
  Direction(const Direction&) = delete;
  Direction& operator=(const Direction&) = delete;
  ~Direction();

  FrameFollower& follower() { return follower_; }
  /// The gateway's pings to the sender. Their pongs arrive in this direction and are not forwarded.
  OwnPings& pings() { return parts_.pingsTo(from_); }
  Socket& receiver() const { return parts_.socketOf(otherSide(from_)); }
  const Counters& counters() const { return parts_.countersOf(from_); }

  /// Whether reading from the sender is paused, so that silence does not mean that the sender is dead.
  bool isHeldUp() const { return isWaitingForRate_ || receiver().isBehind(); }
  /// The bytes of the sender that the receiver's system has not taken yet.
  size_t bufferedBytes() const { return held_.length() + receiver().queuedBytes(); }
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
  void injectPing();
  /// Stops waiting for the sender to close, and for the rate if the sender has ended. Returns false if it was waiting
  /// for neither.
  bool stopWaiting();
  /// Continues to read, so that a close frame and the FIN are detected, but forwards nothing more.
  void discard();
  /// Must be called when no more bytes will arrive. Leaves the queue of its lane.
  void end();
  /// Must be called before the lanes of the connection change, and afterwards.
  void leaveLanes();
  void onLanesChanged();
  void readOn();

 private:
  /// Why the follower stopped before a frame: a frame of the gateway must be sent first; the frame is a pong to a ping
  /// of the gateway; the frame is incomplete and may be such a pong; or the rate is used up.
  enum class Stop : uint8_t { kNone, kOwnFrame, kOwnPong, kPossiblePong, kRate };

  // One step of `pass`, in which the follower asks before each frame.
  class Step;
  // Waits in a lane on behalf of the direction.
  class Waiter;

  bool hasPending() { return !pending_.isEmpty(pingsToReceiver()); }
  void onAllowance();
  Stop whyStopBefore(const uint8_t* at, size_t available, Allowance& allowance);
  void passAndCount(const uint8_t* bytes, size_t length);
  void pass(const uint8_t* bytes, size_t length);
  size_t passSome(const uint8_t* bytes, size_t length, Stop* stop, TrafficLane** narrowest);
  size_t takeOutPong();
  void waitForRate(TrafficLane& lane);
  void leaveLine();
  void passHeld();
  void reportSenderEnd();
  void write(const uint8_t* bytes, size_t length);
  void writeOwnFrames();
  Socket& sender() const { return parts_.socketOf(from_); }
  OwnPings& pingsToReceiver() { return parts_.pingsTo(otherSide(from_)); }
  void count(double messages, double bytes) const;

  RelayParts& parts_;
  FrameFollower follower_;
  PendingFrames pending_;
  HeldBytes held_;
  // Null until the sender exceeds its rate for the first time.
  std::unique_ptr<Waiter> waiter_;
  Side from_;
  bool isRelaying_ = true;
  bool hasSenderEnded_ = false;
  bool hasReportedSenderEnd_ = false;
  bool hasReportedClose_ = false;
  bool isWaitingForRate_ = false;
};

}  // namespace sluice
