#include "own_pings.h"

namespace sluice {
namespace {

// A final frame without reserved bits: extensions do not change the gateway's control frames.
constexpr uint8_t kFirstByteOfPong = kFinalBit | kOpcodePong;

uint32_t wordAt(const uint8_t* at) {
  return static_cast<uint32_t>(at[0]) << 24 | static_cast<uint32_t>(at[1]) << 16 | static_cast<uint32_t>(at[2]) << 8 |
         at[3];
}

void putWord(uint8_t* at, uint32_t word) {
  for (int index = 0; index < 4; index += 1) at[index] = static_cast<uint8_t>(word >> (24 - 8 * index));
}

}  // namespace

OwnFrame OwnPings::next(const Clock& clock) {
  if (sent_ == 0) {
    uint8_t tag[4];
    randomBytes(tag, sizeof(tag));
    tag_ = wordAt(tag);
  }
  isRequested_ = false;
  sent_ += 1;
  sentAtMs_ = clock.nowMs();
  uint8_t payload[kPayloadBytes];
  putWord(payload, tag_);
  putWord(payload + 4, sent_);
  return controlFrame(kOpcodePing, payload, sizeof(payload), peer_);
}

PongVerdict OwnPings::takePong(const uint8_t* at, size_t available, const Clock& clock, Counters& counters) {
  if (at[0] != kFirstByteOfPong || !isAwaited()) return PongVerdict::kOther;
  const bool isMasked = peer_ == Side::kClient;
  if (at[1] != (isMasked ? kMaskBit | kPayloadBytes : kPayloadBytes)) return PongVerdict::kOther;
  if (available < pongBytes()) return PongVerdict::kUndecided;
  const uint8_t* payload = at + pongBytes() - kPayloadBytes;
  const uint32_t mask = isMasked ? wordAt(payload - 4) : 0;
  const uint32_t number = wordAt(payload + 4) ^ mask;
  if ((wordAt(payload) ^ mask) != tag_) return PongVerdict::kOther;
  if (number <= answered_ || number > sent_) return PongVerdict::kOther;
  answered_ = number;
  if (number == sent_) counters.roundTripMs = clock.nowMs() - sentAtMs_;
  return PongVerdict::kOwn;
}

}  // namespace sluice
