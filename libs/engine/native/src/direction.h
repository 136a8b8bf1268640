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

/// Whether a sender over its rate is slowed down, or the connection closed with 1008.
enum class OnRate : uint8_t { kSlow = 0, kClose = 1 };

/// What a direction reports to its relay; `from` is its sender.
class DirectionEvents {
 public:
  /// The sender's close frame has come whole.
  virtual void onCloseFrame(Side from) = 0;
  /// Nothing more comes from the sender, and what had come has been passed on, or is not passed on any more.
  virtual void onSenderEnd(Side from) = 0;
  /// The receiver has been sent the gateway's own close frame, or the sender's just before it.
  virtual void onCloseSent(Side from) = 0;
  /// The sender began a frame that is not let through; what came before it has been passed on.
  virtual void onViolation(Side from, FrameViolation violation) = 0;
  /// The same, for a sender whose bytes are already discarded.
  virtual void onUnreadable(Side from) = 0;
  /// The sender is over its rate, and is not to be slowed down.
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

/// One way through a relay: what the sender writes goes to the receiver, unchanged and in order. While the receiver is behind, or the
/// sender is over its rate, the sender is not read. So a direction holds the bytes of one read for each of the two, whatever the
/// chunking.
class Direction : private LaneWaiter, private FrameGate {
 public:
  explicit Direction(const DirectionInput& input);
  ~Direction() { lane_.leave(*this); }

  FrameFollower& follower() { return follower_; }
  /// The gateway's pings to the sender; their pongs come this way, and end here.
  OwnPings& pings() { return pings_; }
  Socket& receiver() { return receiver_; }
  const Counters& counters() const { return *counters_; }

  /// Whether the sender is not read at the moment, so that its silence says nothing.
  bool isHeldUp() const { return isWaitingForRate_ || receiver_.isBehind(); }
  /// Whether bytes wait until the rate lets them pass.
  bool isWaitingForRate() const { return isWaitingForRate_; }
  /// Whether the receiver may still be sent something this way.
  bool isOpen() const { return isRelaying_; }
  /// Whether nothing more is to be expected of the sender: it has closed, broken a rule or ended.
  bool isSenderDone() const { return follower_.isOver() || hasReportedSenderEnd_; }

  /// Bytes of the sender, with `ReadBuffer::kHeadroom` bytes in front of them that may be overwritten.
  void onData(uint8_t* bytes, size_t length);
  /// Bytes that the sender had sent before; to be called before the others come.
  void onHead(const uint8_t* bytes, size_t length);
  /// To be called when the sender is lost; its FIN does the same. What waits for the rate passes first.
  void endSender();
  /// The receiver is no longer behind.
  void onReceiverReady();

  /// Sends the receiver a close frame at the next frame boundary; nothing of the sender follows it. False when the receiver has had a
  /// close frame already, or takes nothing any more.
  bool injectClose(const OwnFrame& frame);
  /// As `injectClose`, but the close frame waits until the sender closes, and takes the place of the sender's close frame; or until it
  /// is sent by `sendDeferredClose`.
  bool deferClose(const OwnFrame& frame);
  /// Sends a close frame that was deferred at the next frame boundary; false when there is none.
  bool sendDeferredClose();
  /// Pings the receiver at the next frame boundary at which it is not behind, unless it has had a close frame.
  void injectPing(OwnPings& pings);
  /// Stops waiting: for the sender to close, and for the rate if the sender has ended. False when nothing was waited for.
  bool stopWaiting();
  /// Reads on, so that a close frame and the FIN are seen, but passes nothing on any more.
  void discard();
  /// To be called when nothing comes any more: gives its place in the line back.
  void end();
  void readOn();

 private:
  /// Why the follower stopped before a frame: a frame of the gateway's own goes first; it is a pong to a ping of the gateway's own, or
  /// could be one and is not whole; or the rate is used up.
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
