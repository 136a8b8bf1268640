#pragma once

#include <cstdint>

#include "timing_wheel.h"
#include "token_bucket.h"

namespace sluice {

/// What the connections of a tenant send one way, in memory that JavaScript shares: sixteen 64-bit floats in this order.
struct LaneMemory {
  /// Complete data messages so far.
  double messages;
  /// Bytes so far, frame headers included.
  double bytes;
  TokenBucket messageTokens;
  TokenBucket byteTokens;
  /// Connections of the engine, and of JavaScript, that wait in line.
  double waitingInEngine;
  double waitingInJavaScript;
  double unused[6];
};

static_assert(sizeof(LaneMemory) == 128, "JavaScript shares sixteen 64-bit floats");

/// What holds bytes back until its lane lets them pass.
class LaneWaiter {
 public:
  /// The lane may have something to give again. A waiter that still needs more waits again.
  virtual void onAllowance() = 0;

 protected:
  ~LaneWaiter() = default;

 private:
  friend class TrafficLane;

  LaneWaiter* previousInLine_ = nullptr;
  LaneWaiter* nextInLine_ = nullptr;
  bool isInLine_ = false;
};

/// What all connections of a tenant send one way through this gateway: how much it was, and how much more may pass now. Who finds
/// nothing left waits in line, so that the connections of a tenant share its rate fairly.
class TrafficLane : private WheelTimer {
 public:
  TrafficLane(TimingWheel& wheel, LaneMemory* memory) : WheelTimer(wheel), wheel_(wheel), memory_(memory) {}

  LaneMemory* memory() const { return memory_; }
  bool isLimited() const { return memory_->messageTokens.isLimited() || memory_->byteTokens.isLimited(); }
  /// Messages that may begin now, and bytes that may pass; `kUnlimited` where there is no limit.
  double allowedMessages() { return allowed(memory_->messageTokens); }
  double allowedBytes() { return allowed(memory_->byteTokens); }
  /// Counts what has passed against what is allowed.
  void take(double messages, double bytes);
  /// Counts what has passed.
  void count(double messages, double bytes);

  void wait(LaneWaiter& waiter);
  /// For a waiter that has nothing left to send; safe to call for one that does not wait.
  void leave(LaneWaiter& waiter);

  /// How many connections use it.
  uint32_t connections = 0;

 private:
  void onTimer() override;
  double allowed(TokenBucket& bucket);
  bool isExhausted() { return allowedMessages() < 1 || allowedBytes() < 1; }
  bool isLineEmpty() const { return memory_->waitingInEngine + memory_->waitingInJavaScript < 1; }

  TimingWheel& wheel_;
  LaneMemory* memory_;
  LaneWaiter* first_ = nullptr;
  LaneWaiter* last_ = nullptr;
  bool isServing_ = false;
};

}  // namespace sluice
