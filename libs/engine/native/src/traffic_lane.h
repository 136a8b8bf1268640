#pragma once

#include <cstdint>

#include "timing_wheel.h"
#include "token_bucket.h"

namespace sluice {

/// The traffic of a tenant's connections in one direction, in memory that JavaScript shares: sixteen 64-bit floats in
/// this order.
struct LaneMemory {
  /// Complete data messages so far.
  double messages;
  /// Bytes so far, frame headers included.
  double bytes;
  TokenBucket messageTokens;
  TokenBucket byteTokens;
  /// The number of queued connections of the engine, and of JavaScript.
  double waitingInEngine;
  double waitingInJavaScript;
  double unused[6];
};

static_assert(sizeof(LaneMemory) == 128, "JavaScript shares sixteen 64-bit floats");

/// A sender of bytes that are held back until its lane lets them pass.
class LaneWaiter {
 public:
  /// The lane may have capacity again. A waiter that needs more must wait again.
  virtual void onAllowance() = 0;

 protected:
  ~LaneWaiter() = default;

 private:
  friend class TrafficLane;

  LaneWaiter* previousInLine_ = nullptr;
  LaneWaiter* nextInLine_ = nullptr;
  bool isInLine_ = false;
};

/// Counts and limits the traffic of a tenant's connections in one direction through this gateway. A connection that
/// finds no capacity is queued, so that the connections of a tenant share its rate fairly.
class TrafficLane : private WheelTimer {
 public:
  TrafficLane(TimingWheel& wheel, LaneMemory* memory) : WheelTimer(wheel), wheel_(wheel), memory_(memory) {}

  LaneMemory* memory() const { return memory_; }
  bool isLimited() const { return memory_->messageTokens.isLimited() || memory_->byteTokens.isLimited(); }
  /// The messages that may begin now, and the bytes that may pass; `kUnlimited` if there is no limit.
  double allowedMessages() { return allowed(memory_->messageTokens); }
  double allowedBytes() { return allowed(memory_->byteTokens); }
  /// Charges traffic that has passed against the limits.
  void take(double messages, double bytes);
  /// Counts traffic that has passed.
  void count(double messages, double bytes);

  void wait(LaneWaiter& waiter);
  /// Removes a waiter that has nothing left to send; safe to call for one that is not queued.
  void leave(LaneWaiter& waiter);

  /// The number of connections that use the lane.
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
