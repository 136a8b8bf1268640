#include "traffic_lane.h"

namespace sluice {
namespace {

constexpr double kServingIntervalMs = 25;

}  // namespace

double TrafficLane::allowed(TokenBucket& bucket) {
  if (!bucket.isLimited()) return kUnlimited;
  // A connection that arrives must not overtake those that wait.
  if (!isServing_ && !isLineEmpty()) return 0;
  return bucket.available(wheel_.nowMs());
}

void TrafficLane::take(double messages, double bytes) {
  memory_->messageTokens.take(messages);
  memory_->byteTokens.take(bytes);
}

void TrafficLane::count(double messages, double bytes) {
  memory_->messages += messages;
  memory_->bytes += bytes;
}

void TrafficLane::wait(LaneWaiter& waiter) {
  if (waiter.isInLine_) return;
  if (first_ == nullptr && !isServing_) start(kServingIntervalMs);
  waiter.isInLine_ = true;
  waiter.previousInLine_ = last_;
  waiter.nextInLine_ = nullptr;
  if (last_ != nullptr) last_->nextInLine_ = &waiter;
  else first_ = &waiter;
  last_ = &waiter;
  memory_->waitingInEngine += 1;
}

void TrafficLane::leave(LaneWaiter& waiter) {
  if (!waiter.isInLine_) return;
  waiter.isInLine_ = false;
  if (waiter.previousInLine_ != nullptr) waiter.previousInLine_->nextInLine_ = waiter.nextInLine_;
  else first_ = waiter.nextInLine_;
  if (waiter.nextInLine_ != nullptr) waiter.nextInLine_->previousInLine_ = waiter.previousInLine_;
  else last_ = waiter.previousInLine_;
  memory_->waitingInEngine -= 1;
  if (first_ == nullptr) stop();
}

// Each waiter is notified at most once. A waiter that needs more has moved to the end of the queue.
void TrafficLane::onTimer() {
  isServing_ = true;
  for (double left = memory_->waitingInEngine; left > 0 && first_ != nullptr && !isExhausted(); left -= 1) {
    LaneWaiter& waiter = *first_;
    leave(waiter);
    waiter.onAllowance();
  }
  isServing_ = false;
  if (first_ != nullptr) start(kServingIntervalMs);
}

}  // namespace sluice
