#include "../src/own_pings.h"

#include <doctest/doctest.h>

#include <cmath>

#include "frames.h"
#include "manual_time.h"

using namespace sluice;

namespace {

struct PingedPeer {
  explicit PingedPeer(Side side) : side(side) {}

  /// The payload of the next ping.
  Bytes ping() {
    const OwnFrame frame = pings.next(clock);
    const bool isMasked = side == Side::kUpstream;
    const size_t headerBytes = isMasked ? 6 : 2;
    REQUIRE(frame.bytes[0] == 0x89);
    REQUIRE(frame.bytes[1] == ((isMasked ? kMaskBit : 0) | 8));
    REQUIRE(frame.length == headerBytes + 8);
    Bytes payload(frame.bytes + headerBytes, frame.bytes + frame.length);
    for (size_t index = 0; isMasked && index < payload.size(); index += 1) payload[index] ^= frame.bytes[2 + index % 4];
    return payload;
  }
  Bytes pongTo(const Bytes& payload) const { return frameOf(side, 0x8a, payload); }
  PongVerdict take(const Bytes& frame) { return pings.takePong(frame.data(), frame.size(), clock, counters); }

  Side side;
  ManualTime time;
  Clock clock{0};
  Counters counters;
  OwnPings pings{side};
};

}  // namespace

TEST_CASE("a pong to a ping is recognized, once, and the time between them is noted") {
  for (const Side side : kBothSides) {
    PingedPeer peer(side);
    CHECK_FALSE(peer.pings.isAwaited());
    const Bytes payload = peer.ping();
    CHECK(peer.pings.isAwaited());
    peer.time.advance(40);
    CHECK(std::isnan(peer.counters.roundTripMs));
    CHECK(peer.take(peer.pongTo(payload)) == PongVerdict::kOwn);
    CHECK(peer.counters.roundTripMs == doctest::Approx(40));
    CHECK_FALSE(peer.pings.isAwaited());
    CHECK(peer.take(peer.pongTo(payload)) == PongVerdict::kOther);
    CHECK(peer.pings.pongBytes() == peer.pongTo(payload).size());
  }
}

TEST_CASE("a pong that may be an answer is undecided until it is whole") {
  for (const Side side : kBothSides) {
    PingedPeer peer(side);
    const Bytes pong = peer.pongTo(peer.ping());
    for (size_t cut = side == Side::kClient ? 6 : 2; cut < pong.size(); cut += 1) {
      // The memory is as large as the input, so that a read beyond its end is detected.
      CHECK(peer.take(partOf(pong, 0, cut)) == PongVerdict::kUndecided);
    }
    CHECK(peer.take(concat({pong, pong})) == PongVerdict::kOwn);
  }
}

TEST_CASE("a frame that can't be an answer is recognized by its first two bytes") {
  for (const Side side : kBothSides) {
    PingedPeer peer(side);
    const Bytes pong = peer.pongTo(peer.ping());
    for (const uint8_t first : {0x0a, 0x89, 0x88, 0x81, 0xca, 0x9a})
      CHECK(peer.take({first, pong[1]}) == PongVerdict::kOther);
    for (int length = 0; length < 128; length += 1) {
      const auto second = static_cast<uint8_t>((pong[1] & kMaskBit) | length);
      CHECK(peer.take({pong[0], second}) == (length == 8 ? PongVerdict::kUndecided : PongVerdict::kOther));
    }
    CHECK(peer.take({pong[0], static_cast<uint8_t>(pong[1] ^ kMaskBit)}) == PongVerdict::kOther);
    CHECK(peer.pings.isAwaited());
  }
}

TEST_CASE("a pong whose payload differs in any byte is not an answer to the gateway's ping") {
  for (const Side side : kBothSides) {
    PingedPeer peer(side);
    const Bytes payload = peer.ping();
    for (size_t index = 0; index < payload.size(); index += 1) {
      Bytes other = payload;
      other[index] ^= 0x40;
      CHECK(peer.take(peer.pongTo(other)) == PongVerdict::kOther);
    }
    CHECK(peer.pings.isAwaited());
  }
}

TEST_CASE("before the first ping no pong is an answer, not even a pong of zeros") {
  for (const Side side : kBothSides) {
    PingedPeer peer(side);
    CHECK(peer.take(peer.pongTo(Bytes(8, 0))) == PongVerdict::kOther);
  }
}

TEST_CASE("a pong answers all pings before it, and an earlier pong after it is not an answer") {
  PingedPeer peer(Side::kClient);
  const Bytes first = peer.ping();
  const Bytes second = peer.ping();
  const Bytes third = peer.ping();
  peer.time.advance(10);
  CHECK(peer.take(peer.pongTo(second)) == PongVerdict::kOwn);
  CHECK(std::isnan(peer.counters.roundTripMs));
  CHECK(peer.pings.isAwaited());
  CHECK(peer.take(peer.pongTo(first)) == PongVerdict::kOther);
  CHECK(peer.take(peer.pongTo(third)) == PongVerdict::kOwn);
  CHECK(peer.counters.roundTripMs == doctest::Approx(10));
  CHECK_FALSE(peer.pings.isAwaited());
}

TEST_CASE("the pings of two connections have different tags") {
  PingedPeer one(Side::kClient);
  PingedPeer other(Side::kClient);
  const Bytes payload = one.ping();
  CHECK(other.ping() != payload);
  CHECK(other.take(other.pongTo(payload)) == PongVerdict::kOther);
}
