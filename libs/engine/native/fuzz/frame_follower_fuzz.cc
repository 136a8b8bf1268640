#include <cstdlib>
#include <vector>

#include "../src/frame_follower.h"
#include "../src/frame_header.h"
#include "../test/following.h"

using namespace sluice;

namespace {

/// The frames of a stream, as far as they are known.
struct Reading {
  size_t passed = 0;
  double frames = 0;
  double controlFrames = 0;
  double messages = 0;
  int closeCode = kNoCloseCode;
  FrameViolation violation = FrameViolation::kNone;
};

struct Settings {
  Side sender;
  ReservedBits reservedBits;
  uint64_t maxMessageBytes;
};

void require(bool holds) {
  if (!holds) std::abort();
}

bool isForbidden(const Settings& settings, uint8_t first, uint8_t second, uint64_t length, bool isInMessage,
                 bool isClosed) {
  const uint8_t opcode = first & 0x0f;
  const uint8_t reserved = first & 0x70;
  const bool isControl = opcode >= 8;
  if (((second & 0x80) != 0) != (settings.sender == Side::kClient)) return true;
  if (opcode != 0 && opcode != 1 && opcode != 2 && opcode != 8 && opcode != 9 && opcode != 10) return true;
  const bool isMarked = reserved == 0x40 && (opcode == 1 || opcode == 2);
  if (reserved != 0 && settings.reservedBits == ReservedBits::kNone) return true;
  if (reserved != 0 && settings.reservedBits == ReservedBits::kPerMessageCompressed && !isMarked) return true;
  if ((second & 0x7f) == 126 && length < 126) return true;
  if ((second & 0x7f) == 127 && (length < 65536 || length >= uint64_t{1} << 63)) return true;
  if (isControl) return (first & 0x80) == 0 || length > 125;
  return isClosed || (opcode == 0) != isInMessage;
}

// A second implementation of RFC 6455, which gets the whole stream at once and reads it frame by frame.
Reading readWhole(const Settings& settings, const Bytes& stream) {
  Reading reading;
  bool isInMessage = false;
  unsigned __int128 messageBytes = 0;
  while (stream.size() - reading.passed >= 2) {
    const uint8_t* at = stream.data() + reading.passed;
    const size_t left = stream.size() - reading.passed;
    const size_t lengthBytes = (at[1] & 0x7f) == 126 ? 2 : (at[1] & 0x7f) == 127 ? 8 : 0;
    const bool isMasked = (at[1] & 0x80) != 0;
    const size_t headerBytes = 2 + lengthBytes + (isMasked ? 4 : 0);
    if (left < headerBytes) break;
    uint64_t length = lengthBytes == 0 ? at[1] & 0x7f : 0;
    for (size_t index = 0; index < lengthBytes; index += 1) length = length * 256 + at[2 + index];
    const uint8_t opcode = at[0] & 0x0f;
    const bool isFinal = (at[0] & 0x80) != 0;
    if (isForbidden(settings, at[0], at[1], length, isInMessage, reading.closeCode != kNoCloseCode)) {
      reading.violation = FrameViolation::kProtocolError;
      break;
    }
    if (opcode < 8) {
      messageBytes = (isInMessage ? messageBytes : 0) + length;
      if (settings.maxMessageBytes != UINT64_MAX && messageBytes > settings.maxMessageBytes) {
        reading.violation = FrameViolation::kMessageTooBig;
        break;
      }
    }
    if (left - headerBytes < length) {
      reading.passed = stream.size();
      break;
    }
    const uint8_t* payload = at + headerBytes;
    reading.passed += headerBytes + static_cast<size_t>(length);
    reading.frames += 1;
    if (opcode >= 8) reading.controlFrames += 1;
    else if (isFinal) reading.messages += 1;
    if (opcode < 8) isInMessage = !isFinal;
    if (opcode == 8 && reading.closeCode == kNoCloseCode) {
      const int high = length < 2 ? 0 : payload[0] ^ (isMasked ? payload[-4] : 0);
      const int low = length < 2 ? 0 : payload[1] ^ (isMasked ? payload[-3] : 0);
      reading.closeCode = length < 2 ? 1005 : high * 256 + low;
    }
  }
  return reading;
}

}  // namespace

/// The first bytes choose the sender, the extensions, the limit of messages, and the sizes of chunks; the rest is the stream.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 4) return 0;
  constexpr uint64_t kBounds[] = {UINT64_MAX, 5, 100, 70'000, UINT64_MAX - 1};
  const Settings settings{(data[0] & 1) == 0 ? Side::kClient : Side::kUpstream,
                          static_cast<ReservedBits>(data[0] / 2 % 3), kBounds[data[1] % 5]};
  const Bytes stream(data + 4, data + size);
  const Reading expected = readWhole(settings, stream);

  const size_t sizes[] = {1, size_t{data[2]} + 1, stream.size() + 1};
  for (const size_t chunk : sizes) {
    Counters counters;
    FrameFollower follower(FrameRules(settings.sender, settings.reservedBits), &counters);
    follower.setMaxMessageBytes(settings.maxMessageBytes);
    Following following(follower, data[3] == 0 ? std::vector<size_t>{} : std::vector<size_t>{data[3], 1});
    following.pushInChunks(stream, {chunk, size_t{data[3]} + 1});
    require(following.passed().size() == expected.passed);
    require(std::equal(following.passed().begin(), following.passed().end(), stream.begin()));
    require(follower.violation() == expected.violation);
    require(follower.closeCode() == expected.closeCode);
    require(counters.frames == expected.frames && counters.messages == expected.messages);
    require(counters.controlFrames == expected.controlFrames);
    if (follower.violation() != FrameViolation::kNone) require(follower.isAtBoundary());
    else require(following.held().size() < 14);
  }
  return 0;
}
