#include "frame_follower.h"

#include <algorithm>

#include "frame_header.h"

namespace sluice {
namespace {

// "No status received": a close frame without a code (RFC 6455 §7.4.1).
constexpr uint16_t kNoStatusReceived = 1005;

}  // namespace

size_t FrameFollower::push(const uint8_t* bytes, size_t length, size_t maxBytes, FrameGate* gate) {
  size_t offset = 0;
  while (offset < maxBytes && violation_ == FrameViolation::kNone) {
    if (payloadLeft_ > 0) {
      offset += followPayload(bytes + offset, maxBytes - offset);
      continue;
    }
    const size_t headerBytes = headerBytesAt(bytes + offset, length - offset);
    if (headerBytes == 0) break;
    if (gate != nullptr && !gate->mayPass(bytes + offset, length - offset)) break;
    offset += followHeader(bytes + offset, headerBytes);
  }
  return offset;
}

size_t FrameFollower::followPayload(const uint8_t* bytes, size_t length) {
  const auto taken = static_cast<size_t>(std::min<uint64_t>(payloadLeft_, length));
  if (opcode_ == kOpcodeClose) {
    for (size_t index = 0; index < taken && closeLength_ < 2; index += 1, closeLength_ += 1) {
      closeBytes_[closeLength_] ^= bytes[index];
    }
  }
  if (isFrameObserved_) observer_->onPayload(bytes, taken);
  payloadLeft_ -= taken;
  if (payloadLeft_ == 0) endFrame();
  return taken;
}

size_t FrameFollower::followHeader(const uint8_t* at, size_t headerBytes) {
  const uint8_t first = at[0];
  const uint64_t payloadBytes = payloadBytesAt(at);
  isFinal_ = (first & kFinalBit) != 0;
  opcode_ = opcodeOf(first);
  violation_ = violationOf(first, at[1], payloadBytes);
  if (violation_ != FrameViolation::kNone) return 0;
  payloadLeft_ = payloadBytes;
  const uint8_t* mask = maskAt(at, headerBytes);
  if (opcode_ == kOpcodeClose) {
    closeLength_ = 0;
    closeBytes_[0] = mask == nullptr ? 0 : mask[0];
    closeBytes_[1] = mask == nullptr ? 0 : mask[1];
  }
  isFrameObserved_ = isObserved_;
  if (isFrameObserved_) observer_->onFrame(first, payloadBytes, mask);
  if (payloadBytes == 0) endFrame();
  return headerBytes;
}

FrameViolation FrameFollower::violationOf(uint8_t first, uint8_t second, uint64_t payloadLength) {
  if (rules_.forbid(first, second, payloadLength, nextData_)) return FrameViolation::kProtocolError;
  if (opcode_ >= kFirstControlOpcode) return FrameViolation::kNone;
  const uint64_t before = nextData_ == NextData::kContinuation ? messageBytes_ : 0;
  // A sum that overflows exceeds every limit. Without a limit the sum is not used.
  messageBytes_ = payloadLength > UINT64_MAX - before ? UINT64_MAX : before + payloadLength;
  return messageBytes_ > maxMessageBytes_ ? FrameViolation::kMessageTooBig : FrameViolation::kNone;
}

void FrameFollower::endFrame() {
  const bool isControl = opcode_ >= kFirstControlOpcode;
  if (counters_ != nullptr) {
    counters_->frames += 1;
    if (isControl) counters_->controlFrames += 1;
    else if (isFinal_) counters_->messages += 1;
  }
  if (!isControl) nextData_ = isFinal_ ? NextData::kNewMessage : NextData::kContinuation;
  if (opcode_ == kOpcodeClose) noteClose();
  if (isFrameObserved_) observer_->onFrameEnd();
}

void FrameFollower::noteClose() {
  nextData_ = NextData::kNone;
  if (hasClosed_) return;
  hasClosed_ = true;
  closeCode_ = closeLength_ == 2 ? static_cast<uint16_t>(closeBytes_[0] << 8 | closeBytes_[1]) : kNoStatusReceived;
}

}  // namespace sluice
