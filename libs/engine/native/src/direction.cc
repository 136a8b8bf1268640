#include "direction.h"

#include <algorithm>
#include <cstring>
#include <memory>

#include "direction_step.h"
#include "direction_waiter.h"

namespace sluice {

Direction::Direction(Side from, RelayParts& parts, ReservedBits reservedBits)
    : parts_(parts), follower_(FrameRules(from, reservedBits), &parts.countersOf(from)), from_(from) {}

Direction::~Direction() { leaveLanes(); }

void Direction::onData(uint8_t* bytes, size_t length) {
  parts_.countersOf(from_).bytesReceived += static_cast<double>(length);
  if (held_.isEmpty()) {
    passAndCount(bytes, length);
    return;
  }
  const HeldBytes held = held_.take();
  if (held.length() <= ReadBuffer::kHeadroom) {
    uint8_t* start = bytes - held.length();
    std::memcpy(start, held.bytes(), held.length());
    passAndCount(start, held.length() + length);
    return;
  }
  const std::unique_ptr<uint8_t[]> joined(new uint8_t[held.length() + length]);
  std::memcpy(joined.get(), held.bytes(), held.length());
  std::memcpy(joined.get() + held.length(), bytes, length);
  passAndCount(joined.get(), held.length() + length);
}

void Direction::onHead(const uint8_t* bytes, size_t length) {
  parts_.countersOf(from_).bytesReceived += static_cast<double>(length);
  passAndCount(bytes, length);
}

void Direction::passAndCount(const uint8_t* bytes, size_t length) {
  pass(bytes, length);
  if (follower_.hasClosed() && !hasReportedClose_) {
    hasReportedClose_ = true;
    // The sender's close frame may have begun before the gateway's was deferred. It then takes the place of the
    // gateway's close frame.
    sendDeferredClose();
    parts_.events.onCloseFrame(from_);
  }
  // After a close frame only data can violate a rule (RFC 6455 §5.5.1), so the close frame is reported first.
  if (follower_.violation() == FrameViolation::kNone) return;
  if (isRelaying_) parts_.events.onViolation(from_, follower_.violation());
  else parts_.events.onUnreadable(from_);
}

void Direction::pass(const uint8_t* bytes, size_t length) {
  size_t offset = 0;
  Stop stop = Stop::kNone;
  TrafficLane* narrowest = nullptr;
  while (offset < length && isRelaying_) {
    offset += passSome(bytes + offset, length - offset, &stop, &narrowest);
    writeOwnFrames();
    if (stop == Stop::kOwnPong) offset += takeOutPong();
    else if (stop != Stop::kOwnFrame) break;
  }
  if (!isRelaying_) offset += follower_.push(bytes + offset, length - offset);
  if (offset == length || follower_.violation() != FrameViolation::kNone) return;
  held_.keep(bytes + offset, length - offset);
  if (isRelaying_ && narrowest != nullptr) waitForRate(*narrowest);
}

// Forwards the bytes that may pass now, in one write, and counts them. Returns the number of these bytes.
size_t Direction::passSome(const uint8_t* bytes, size_t length, Stop* stop, TrafficLane** narrowest) {
  const Counters& counters = parts_.countersOf(from_);
  const double messages = counters.messages;
  const double bytesBefore = counters.bytes;
  // The rate does not delay a frame that must be completed before the gateway's close frame.
  Step step(*this, waiter_ == nullptr ? nullptr : &waiter_->reservations(), pending_.isCloseDue());
  const size_t passed = step.follow(bytes, length);
  *stop = step.stop();
  *narrowest = step.narrowest();
  write(bytes, passed);
  count(counters.messages - messages, counters.bytes - bytesBefore);
  return passed;
}

void Direction::count(double messages, double bytes) const {
  parts_.lanes.forEachFrom(from_, [messages, bytes](TrafficLane& lane) { lane.count(messages, bytes); });
}

Direction::Stop Direction::whyStopBefore(const uint8_t* at, size_t available, Allowance& allowance) {
  if (pending_.goBefore(at[0], pingsToReceiver(), receiver())) return Stop::kOwnFrame;
  switch (pings().takePong(at, available, parts_.wheel.clock(), parts_.countersOf(from_))) {
    case PongVerdict::kOwn:
      return Stop::kOwnPong;
    case PongVerdict::kUndecided:
      return Stop::kPossiblePong;
    case PongVerdict::kOther:
      break;
  }
  if (!isMessageStart(at[0])) return Stop::kNone;
  return allowance.takeMessage() ? Stop::kNone : Stop::kRate;
}

// Counts a pong that is not forwarded, and returns its size in bytes.
size_t Direction::takeOutPong() {
  Counters& counters = parts_.countersOf(from_);
  const size_t pongBytes = pings().pongBytes();
  if (follower_.isCounting()) {
    counters.frames += 1;
    counters.controlFrames += 1;
  }
  counters.bytes += static_cast<double>(pongBytes);
  count(0, static_cast<double>(pongBytes));
  return pongBytes;
}

void Direction::waitForRate(TrafficLane& lane) {
  isWaitingForRate_ = true;
  sender().pause();
  if (waiter_ == nullptr) waiter_ = std::make_unique<Waiter>(*this);
  waiter_->waitIn(lane, held_.length());
  if (parts_.onRate == OnRate::kClose) parts_.events.onRateExceeded(from_);
}

void Direction::onAllowance() {
  if (receiver().isBehind()) waiter_->waitAgain();
  else passHeld();
}

void Direction::leaveLine() {
  if (waiter_ != nullptr) waiter_->leaveLine();
}

void Direction::leaveLanes() {
  if (waiter_ == nullptr) return;
  waiter_->leaveLine();
  waiter_->reservations().release();
}

void Direction::onLanesChanged() {
  if (!isWaitingForRate_) return;
  if (receiver().isBehind()) waiter_->waitIn(parts_.lanes.ofTenant(from_), held_.length());
  else passHeld();
}

void Direction::passHeld() {
  if (held_.isEmpty()) return;
  const HeldBytes held = held_.take();
  isWaitingForRate_ = false;
  leaveLine();
  passAndCount(held.bytes(), held.length());
  readOn();
  reportSenderEnd();
}

void Direction::endSender() {
  hasSenderEnded_ = true;
  reportSenderEnd();
}

void Direction::reportSenderEnd() {
  if (!hasSenderEnded_ || hasReportedSenderEnd_ || isWaitingForRate_) return;
  hasReportedSenderEnd_ = true;
  parts_.events.onSenderEnd(from_);
}

void Direction::readOn() {
  if (!isHeldUp()) sender().resume();
}

void Direction::write(const uint8_t* bytes, size_t length) {
  if (length == 0) return;
  if (!receiver().isWritable()) {
    discard();
    return;
  }
  Counters& counters = parts_.countersOf(from_);
  counters.bytes += static_cast<double>(length);
  counters.lastActivityAtMs = parts_.wheel.nowMs();
  receiver().write(bytes, length);
  if (receiver().isBehind()) sender().pause();
}

void Direction::onReceiverReady() {
  writeOwnFrames();
  readOn();
}

void Direction::writeOwnFrames() {
  if (!hasPending() || !follower_.isAtBoundary()) return;
  OwnPings& pings = pingsToReceiver();
  const bool isCloseDue = pending_.isCloseDue();
  // No frame may follow the sender's close frame.
  if (receiver().isWritable() && !follower_.hasClosed()) pending_.write(pings, receiver(), parts_.wheel.clock());
  else pings.withdraw();
  if (receiver().isBehind()) sender().pause();
  if (!isCloseDue) return;
  discard();
  parts_.events.onCloseSent(from_);
}

bool Direction::injectClose(const OwnFrame& frame) {
  if (!deferClose(frame)) return false;
  sendDeferredClose();
  return true;
}

bool Direction::deferClose(const OwnFrame& frame) {
  if (!isRelaying_ || pending_.hasClose()) return false;
  if (follower_.hasClosed() || !receiver().isWritable()) {
    discard();
    return false;
  }
  pending_.addDeferredClose(frame, pingsToReceiver());
  return true;
}

bool Direction::sendDeferredClose() {
  if (!pending_.makeCloseDue()) return false;
  writeOwnFrames();
  passHeld();
  return true;
}

void Direction::injectPing() {
  if (!isRelaying_ || pending_.hasClose() || follower_.isOver()) return;
  pingsToReceiver().request();
  writeOwnFrames();
}

bool Direction::stopWaiting() {
  const bool wasHeld = hasSenderEnded_ && isWaitingForRate_;
  if (wasHeld) {
    end();
    reportSenderEnd();
  }
  return sendDeferredClose() || wasHeld;
}

void Direction::discard() {
  follower_.stopCounting();
  isRelaying_ = false;
  pending_.clear(pingsToReceiver());
  passHeld();
  sender().resume();
}

void Direction::end() {
  held_.clear();
  isWaitingForRate_ = false;
  leaveLanes();
}

}  // namespace sluice
