#include "direction.h"

#include <algorithm>
#include <cstring>
#include <memory>

namespace sluice {

Direction::Direction(const DirectionInput& input)
    : sender_(input.sender),
      receiver_(input.receiver),
      lane_(input.lane),
      wheel_(input.wheel),
      events_(input.events),
      counters_(input.counters),
      follower_(FrameRules(input.from, input.reservedBits), input.counters),
      pings_(input.from, input.wheel.clock(), input.counters),
      pending_(input.receiver),
      allowance_(input.lane),
      from_(input.from),
      onRate_(input.onRate) {}

void Direction::onData(uint8_t* bytes, size_t length) {
  counters_->bytesReceived += static_cast<double>(length);
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
  counters_->bytesReceived += static_cast<double>(length);
  passAndCount(bytes, length);
}

void Direction::passAndCount(const uint8_t* bytes, size_t length) {
  pass(bytes, length);
  countInLane();
  if (follower_.hasClosed() && !hasReportedClose_) {
    hasReportedClose_ = true;
    // The sender's close frame may have begun before the gateway's was deferred. It then takes the place of the
    // gateway's close frame.
    sendDeferredClose();
    events_.onCloseFrame(from_);
  }
  // After a close frame only data can violate a rule (RFC 6455 §5.5.1), so the close frame is reported first.
  if (follower_.violation() == FrameViolation::kNone) return;
  if (isRelaying_) events_.onViolation(from_, follower_.violation());
  else events_.onUnreadable(from_);
}

// `pass` may make a nested call, which passes the rest of a frame before a close. Only the difference is counted, so
// each byte counts once.
void Direction::countInLane() {
  lane_.count(counters_->messages - messagesInLane_, counters_->bytes - bytesInLane_);
  messagesInLane_ = counters_->messages;
  bytesInLane_ = counters_->bytes;
}

void Direction::pass(const uint8_t* bytes, size_t length) {
  size_t offset = 0;
  while (offset < length && isRelaying_) {
    offset += passSome(bytes + offset, length - offset);
    writeOwnFrames();
    if (stop_ == Stop::kOwnPong) offset += takeOutPong();
    else if (stop_ != Stop::kOwnFrame) break;
  }
  if (!isRelaying_) offset += follower_.push(bytes + offset, length - offset);
  if (offset == length || follower_.violation() != FrameViolation::kNone) return;
  held_.keep(bytes + offset, length - offset);
  if (isRelaying_ && stop_ == Stop::kRate) waitForRate();
}

// Forwards the bytes that may pass now, in one write, and records why it stopped. Returns the number of these bytes.
size_t Direction::passSome(const uint8_t* bytes, size_t length) {
  // The rate does not delay a frame that must be completed before the gateway's close frame.
  const double allowedBytes = allowance_.begin(pending_.isCloseDue());
  stop_ = Stop::kNone;
  const bool mayStop = allowance_.isLimited() || !pending_.isEmpty() || pings_.isAwaited();
  follower_.setGate(mayStop ? this : nullptr);

  const size_t maxBytes = allowedBytes < static_cast<double>(length) ? static_cast<size_t>(allowedBytes) : length;
  const size_t passed = follower_.push(bytes, length, maxBytes);
  allowance_.settle(static_cast<double>(passed));
  if (passed < length && static_cast<double>(passed) >= allowedBytes) stop_ = Stop::kRate;
  write(bytes, passed);
  return passed;
}

bool Direction::mayPass(const uint8_t* at, size_t available) {
  stop_ = whyStopBefore(at, available);
  return stop_ == Stop::kNone;
}

Direction::Stop Direction::whyStopBefore(const uint8_t* at, size_t available) {
  if (pending_.goBefore(at[0])) return Stop::kOwnFrame;
  switch (pings_.takePong(at, available)) {
    case PongVerdict::kOwn:
      return Stop::kOwnPong;
    case PongVerdict::kUndecided:
      return Stop::kPossiblePong;
    case PongVerdict::kOther:
      break;
  }
  if (!isMessageStart(at[0])) return Stop::kNone;
  return allowance_.takeMessage() ? Stop::kNone : Stop::kRate;
}

// Counts a pong that is not forwarded, and returns its size in bytes.
size_t Direction::takeOutPong() {
  if (follower_.isCounting()) {
    counters_->frames += 1;
    counters_->controlFrames += 1;
  }
  counters_->bytes += static_cast<double>(pings_.pongBytes());
  return pings_.pongBytes();
}

void Direction::waitForRate() {
  isWaitingForRate_ = true;
  sender_.pause();
  lane_.wait(*this);
  if (onRate_ == OnRate::kClose) events_.onRateExceeded(from_);
}

void Direction::onAllowance() {
  if (receiver_.isBehind()) lane_.wait(*this);
  else passHeld();
}

void Direction::passHeld() {
  if (held_.isEmpty()) return;
  const HeldBytes held = held_.take();
  isWaitingForRate_ = false;
  lane_.leave(*this);
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
  events_.onSenderEnd(from_);
}

void Direction::readOn() {
  if (!isHeldUp()) sender_.resume();
}

void Direction::write(const uint8_t* bytes, size_t length) {
  if (length == 0) return;
  if (!receiver_.isWritable()) {
    discard();
    return;
  }
  counters_->bytes += static_cast<double>(length);
  counters_->lastActivityAtMs = wheel_.nowMs();
  receiver_.write(bytes, length);
  if (receiver_.isBehind()) sender_.pause();
}

void Direction::onReceiverReady() {
  writeOwnFrames();
  readOn();
}

void Direction::writeOwnFrames() {
  if (pending_.isEmpty() || !follower_.isAtBoundary()) return;
  const bool isCloseDue = pending_.isCloseDue();
  // No frame may follow the sender's close frame.
  if (receiver_.isWritable() && !follower_.hasClosed()) pending_.write();
  else pending_.dropPing();
  if (receiver_.isBehind()) sender_.pause();
  if (!isCloseDue) return;
  discard();
  events_.onCloseSent(from_);
}

bool Direction::injectClose(const OwnFrame& frame) {
  if (!deferClose(frame)) return false;
  sendDeferredClose();
  return true;
}

bool Direction::deferClose(const OwnFrame& frame) {
  if (!isRelaying_ || pending_.hasClose()) return false;
  if (follower_.hasClosed() || !receiver_.isWritable()) {
    discard();
    return false;
  }
  pending_.addDeferredClose(frame);
  return true;
}

bool Direction::sendDeferredClose() {
  if (!pending_.makeCloseDue()) return false;
  writeOwnFrames();
  passHeld();
  return true;
}

void Direction::injectPing(OwnPings& pings) {
  if (!isRelaying_ || pending_.hasClose() || follower_.isOver()) return;
  pending_.addPing(pings);
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
  pending_.clear();
  follower_.setGate(nullptr);
  passHeld();
  sender_.resume();
}

void Direction::end() {
  held_.clear();
  isWaitingForRate_ = false;
  lane_.leave(*this);
}

}  // namespace sluice
