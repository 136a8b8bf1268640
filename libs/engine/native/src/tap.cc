#include "tap.h"

#include <algorithm>
#include <cstring>

namespace sluice {
namespace {

size_t padded(size_t length) { return (length + 7) & ~size_t{7}; }

}  // namespace

bool Tap::append(const Record& record) {
  const size_t needed = kHeaderBytes + padded(record.length);
  if (kCapacity - length_ < needed) return false;
  if (memory_ == nullptr) memory_.reset(new uint8_t[kCapacity]);
  uint8_t* at = memory_.get() + length_;
  std::memset(at, 0, kHeaderBytes);
  at[0] = static_cast<uint8_t>(record.kind);
  at[1] = static_cast<uint8_t>(record.side);
  at[2] = record.firstByte;
  at[3] = record.mask == nullptr ? 0 : 1;
  std::memcpy(at + 4, &record.slot, sizeof(record.slot));
  const auto length = static_cast<uint32_t>(record.length);
  std::memcpy(at + 8, &length, sizeof(length));
  if (record.mask != nullptr) std::memcpy(at + 12, record.mask, 4);
  const auto payloadLength = static_cast<double>(record.payloadLength);
  std::memcpy(at + 16, &payloadLength, sizeof(payloadLength));
  if (record.length > 0) std::memcpy(at + kHeaderBytes, record.bytes, record.length);
  length_ += needed;
  return true;
}

void TapEnd::onFrame(uint8_t firstByte, uint64_t payloadLength, const uint8_t* mask) {
  copied_ = 0;
  if (tap_ == nullptr) return;
  Tap::Record begin = record(Tap::Kind::kFrame);
  begin.firstByte = firstByte;
  begin.payloadLength = payloadLength;
  begin.mask = mask;
  isOmitted_ = !tap_->append(begin);
}

void TapEnd::onPayload(const uint8_t* bytes, size_t length) {
  if (tap_ == nullptr || isOmitted_) return;
  Tap::Record part = record(Tap::Kind::kPayload);
  part.bytes = bytes;
  part.length = static_cast<size_t>(std::min<uint64_t>(length, Tap::kMaxPayloadBytes - copied_));
  if (part.length == 0) return;
  copied_ += part.length;
  isOmitted_ = !tap_->append(part);
}

void TapEnd::onFrameEnd() {
  if (tap_ == nullptr) return;
  // If there is no room for this record either, the next frame begins without an end of this one, which has the same
  // meaning.
  tap_->append(record(isOmitted_ ? Tap::Kind::kOmitted : Tap::Kind::kFrameEnd));
}

}  // namespace sluice
