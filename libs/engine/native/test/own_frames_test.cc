#include "../src/own_frames.h"

#include <doctest/doctest.h>

#include <set>

#include "../src/frame_follower.h"
#include "frames.h"

using namespace sluice;

namespace {

Bytes wireOf(const OwnFrame& frame) { return Bytes(frame.bytes, frame.bytes + frame.length); }

OwnFrame closeWith(const std::string& reason, Side receiver) {
  return closeFrame(1001, reinterpret_cast<const uint8_t*>(reason.data()), reason.size(), receiver);
}

Bytes payloadOf(const OwnFrame& frame) {
  Bytes payload = wireOf(frame);
  const bool isMasked = (frame.bytes[1] & kMaskBit) != 0;
  payload.erase(payload.begin(), payload.begin() + (isMasked ? 6 : 2));
  if (!isMasked) return payload;
  for (size_t index = 0; index < payload.size(); index += 1) payload[index] ^= frame.bytes[2 + index % 4];
  return payload;
}

std::string reasonOf(const OwnFrame& frame) {
  const Bytes payload = payloadOf(frame);
  return std::string(payload.begin() + 2, payload.end());
}

}  // namespace

TEST_CASE("frames to a client are not masked") {
  const Bytes payload = bytesOf("beat");
  CHECK(wireOf(controlFrame(kOpcodePing, payload.data(), payload.size(), Side::kClient)) ==
        Bytes{0x89, 4, 'b', 'e', 'a', 't'});
  CHECK(wireOf(closeWith("bye", Side::kClient)) == Bytes{0x88, 5, 0x03, 0xe9, 'b', 'y', 'e'});
}

TEST_CASE("frames to an upstream are masked with an unpredictable mask") {
  std::set<Bytes> masks;
  for (int index = 0; index < 3000; index += 1) {
    const OwnFrame frame = closeWith("bye", Side::kUpstream);
    CHECK(frame.bytes[1] == (kMaskBit | 5));
    CHECK(payloadOf(frame) == Bytes{0x03, 0xe9, 'b', 'y', 'e'});
    masks.insert(Bytes(frame.bytes + 2, frame.bytes + 6));
  }
  // Two of 3000 random masks are equal once in a thousand runs.
  CHECK(masks.size() >= 2998);
}

TEST_CASE("a frame without a payload is valid for both sides") {
  CHECK(wireOf(controlFrame(kOpcodePong, nullptr, 0, Side::kClient)) == Bytes{0x8a, 0});
  CHECK(controlFrame(kOpcodePong, nullptr, 0, Side::kUpstream).length == 6);
  for (const Side receiver : kBothSides) CHECK(payloadOf(closeFrame(1000, nullptr, 0, receiver)) == Bytes{0x03, 0xe8});
}

TEST_CASE("each close frame is valid and carries its code, with a reason of any length") {
  for (const Side receiver : kBothSides) {
    for (size_t length = 0; length <= 300; length += 1) {
      const OwnFrame frame = closeWith(std::string(length, 'x'), receiver);
      FrameFollower follower(FrameRules(otherSide(receiver), ReservedBits::kNone), nullptr);
      CHECK(follower.push(frame.bytes, frame.length) == frame.length);
      CHECK(follower.closeCode() == 1001);
      CHECK(follower.isAtBoundary());
      CHECK(reasonOf(frame).size() == std::min<size_t>(length, 123));
    }
  }
}

TEST_CASE("a payload of more than 125 bytes is cut") {
  const Bytes payload(200, 7);
  for (const Side receiver : kBothSides) {
    CHECK(payloadOf(controlFrame(kOpcodePing, payload.data(), payload.size(), receiver)) == Bytes(125, 7));
  }
}

TEST_CASE("a reason that is too long is truncated at a whole character") {
  // Each cut through characters of two, three and four bytes, which must not be sent in part (RFC 6455 §5.5.1).
  for (const std::string character : {"\xc3\xa4", "\xe2\x82\xac", "\xf0\x9f\x9a\xaa"}) {
    for (size_t before = 0; before < 4; before += 1) {
      std::string reason(before, 'x');
      while (reason.size() < 200) reason += character;
      const size_t whole = (123 - before) / character.size() * character.size();
      CHECK(reasonOf(closeWith(reason, Side::kClient)) == reason.substr(0, before + whole));
    }
  }
}
