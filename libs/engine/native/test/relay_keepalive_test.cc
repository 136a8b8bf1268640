#include <doctest/doctest.h>

#include <cmath>

#include "joined_relay.h"

using namespace sluice;

namespace {

constexpr RelayLimits kPinging{{kUnlimited, kUnlimited, 1000}, 500, 60'000};

size_t pingBytes(Side receiver) { return receiver == Side::kClient ? 10 : 14; }

/// The pong to a ping that this side received.
Bytes pongTo(Side side, const Bytes& ping) {
  REQUIRE(ping.size() == pingBytes(side));
  REQUIRE(ping[0] == 0x89);
  Bytes payload;
  for (size_t index = ping.size() - 8; index < ping.size(); index += 1) {
    payload.push_back(side == Side::kUpstream ? ping[index] ^ ping[2 + (index - 6) % 4] : ping[index]);
  }
  return frameOf(side, 0x8a, payload);
}

/// Advances the clock until a side has its next ping, and removes the ping from its input.
Bytes takePing(JoinedRelay& joined, Side side) {
  Bytes& received = joined.peerOf(side).received;
  for (int tick = 0; received.size() < pingBytes(side) && tick < 100; tick += 1) joined.pass(25);
  joined.until([&] { return received.size() >= pingBytes(side); });
  const Bytes ping = partOf(received, 0, pingBytes(side));
  received = partOf(received, pingBytes(side), received.size());
  return ping;
}

RelayOptions withLimits(const RelayLimits& limits) {
  RelayOptions options;
  options.limits = limits;
  return options;
}

}  // namespace

TEST_CASE("both sides are pinged, their pongs are not relayed, and the round-trip time of each is recorded") {
  JoinedRelay joined(withLimits(kPinging));
  for (const Side side : kBothSides) {
    joined.peerOf(side).send(pongTo(side, takePing(joined, side)));
    joined.until([&] { return joined.countersOf(side).controlFrames == 1; });
    CHECK(joined.countersOf(side).roundTripMs >= 0);
    CHECK(joined.countersOf(side).frames == 1);
    CHECK(std::isnan(joined.countersOf(side).lastActivityAtMs));
  }
  joined.turns(20);
  CHECK(joined.client.received.empty());
  CHECK(joined.upstream.received.empty());
}

TEST_CASE("a pong is found in the middle of other frames, at any cut") {
  for (const Side side : kBothSides) {
    const size_t pongBytes = side == Side::kClient ? 14 : 10;
    for (size_t cut = 0; cut <= pongBytes; cut += 1) {
      JoinedRelay joined(withLimits(kPinging));
      const Bytes pong = pongTo(side, takePing(joined, side));
      joined.peerOf(otherSide(side)).received.clear();
      const Bytes before = textFrame(side, "before");
      const Bytes after = textFrame(side, "after");
      joined.peerOf(side).send(concat({before, partOf(pong, 0, cut)}));
      joined.until([&] { return joined.countersOf(side).bytesReceived == static_cast<double>(before.size() + cut); });
      joined.peerOf(side).send(concat({partOf(pong, cut, pong.size()), after}));
      joined.until([&] { return joined.countersOf(side).messages == 2; });
      Bytes& received = joined.peerOf(otherSide(side)).received;
      joined.until([&] { return received.size() >= before.size() + after.size(); });
      const Bytes expected = concat({before, after});
      // The other side may have got its first ping between the two.
      if (received.size() == expected.size()) CHECK(received == expected);
      CHECK(joined.countersOf(side).controlFrames == 1);
    }
  }
}

TEST_CASE(
    "pongs that do not answer the gateway's ping are relayed, also while a pong is awaited, and so is a repeated "
    "pong") {
  JoinedRelay joined(withLimits(kPinging));
  const Bytes pong = pongTo(Side::kClient, takePing(joined, Side::kClient));
  takePing(joined, Side::kUpstream);
  const Bytes foreign =
      concat({frameOf(Side::kClient, 0x8a, 0), frameOf(Side::kClient, 0x8a, 8), frameOf(Side::kClient, 0x8a, 3)});
  joined.client.send(concat({foreign, pong, pong}));
  const Bytes expected = concat({foreign, pong});
  joined.until([&] { return joined.upstream.received.size() >= expected.size(); });
  CHECK(joined.upstream.received == expected);
}

TEST_CASE("a ping is sent between two frames, never within a frame") {
  JoinedRelay joined(withLimits(kPinging));
  const Bytes frame = frameOf(Side::kUpstream, 0x82, 200);
  joined.upstream.send(partOf(frame, 0, 50));
  joined.until([&] { return joined.client.received.size() == 50; });
  takePing(joined, Side::kUpstream);
  joined.pass(25);
  CHECK(joined.client.received.size() == 50);
  joined.upstream.send(partOf(frame, 50, frame.size()));
  joined.until([&] { return joined.client.received.size() == frame.size() + 10; });
  CHECK(partOf(joined.client.received, 0, frame.size()) == frame);
  CHECK(joined.client.received[frame.size()] == 0x89);
}

TEST_CASE(
    "a side that does not answer is dropped: a client is recorded with 1006, and for an upstream the client gets "
    "1013") {
  for (const Side silent : kBothSides) {
    JoinedRelay joined(withLimits(kPinging));
    const Side other = otherSide(silent);
    for (int beat = 0; beat < 4 && joined.ends.empty(); beat += 1) {
      for (int tick = 0; tick < 40; tick += 1) {
        joined.pass(25);
        Bytes& received = joined.peerOf(other).received;
        if (received.size() >= pingBytes(other) && received[0] == 0x89) {
          joined.peerOf(other).send(pongTo(other, partOf(received, 0, pingBytes(other))));
          received = partOf(received, pingBytes(other), received.size());
        }
        if (joined.peerOf(other).hasEnded) joined.peerOf(other).endWhenSent();
      }
    }
    joined.untilEnd();
    CHECK(joined.end().endedBy == (silent == Side::kClient ? EndedBy::kClient : EndedBy::kUpstream));
    CHECK(joined.end().closeCode == (silent == Side::kClient ? 1006 : 1013));
    const auto reason = silent == Side::kClient ? EndReason::kPingUnanswered : EndReason::kUpstreamLost;
    CHECK(joined.end().reason == reason);
  }
}

TEST_CASE("a side that sends anything is alive, even if it answers no ping") {
  JoinedRelay joined(withLimits(kPinging));
  for (int beat = 0; beat < 20; beat += 1) {
    joined.client.send(textFrame(Side::kClient, "busy"));
    joined.upstream.send({0x8a, 0});
    joined.pass(500);
  }
  CHECK(joined.ends.empty());
}

TEST_CASE("a client that does not read is not pinged repeatedly, and stays connected while it receives something") {
  JoinedRelay joined(withLimits(kPinging));
  joined.client.shrinkBuffers();
  joined.client.isReading = false;
  joined.maxBytesPerTurn = 100'000;
  joined.upstream.send(frameOf(Side::kUpstream, 0x82, 20'000'000));
  joined.turns(300);
  for (int beat = 0; beat < 30; beat += 1) {
    joined.pass(975);
    joined.client.isReading = true;
    joined.turns(2);
    joined.client.isReading = false;
    joined.upstream.send({0x8a, 0});
  }
  CHECK(joined.ends.empty());
}

TEST_CASE("a client that receives nothing is dropped also in the middle of a frame, where it can't be pinged") {
  JoinedRelay joined(withLimits(kPinging));
  joined.client.isReading = false;
  joined.upstream.send(frameOf(Side::kUpstream, 0x82, 20'000'000));
  for (int beat = 0; beat < 6 && joined.ends.empty(); beat += 1) joined.pass(1000);
  joined.upstream.close();
  joined.untilEnd();
  CHECK(joined.end().endedBy == EndedBy::kClient);
  CHECK(joined.end().reason == EndReason::kPingUnanswered);
}

TEST_CASE("a peer that answered while the process was paused is alive when the process resumes") {
  JoinedRelay joined(withLimits(kPinging));
  for (int round = 0; round < 6; round += 1) {
    const Bytes pongs[] = {pongTo(Side::kClient, takePing(joined, Side::kClient)),
                           pongTo(Side::kUpstream, takePing(joined, Side::kUpstream))};
    joined.client.send(pongs[0]);
    joined.upstream.send(pongs[1]);
    joined.client.pump();
    joined.upstream.pump();
    // Both answers wait in the system when the next beat is long overdue.
    joined.on.time.advance(5000);
    joined.on.runLoopUntilTick();
    joined.turn();
    CHECK(joined.ends.empty());
  }
}

TEST_CASE("an idle connection is closed with 1001, and pings and their pongs do not keep it open") {
  RelayLimits limits = kPinging;
  limits.times.idleMs = 5000;
  JoinedRelay joined(withLimits(limits));
  for (int tick = 0; tick < 250 && joined.ends.empty(); tick += 1) {
    joined.pass(25);
    for (const Side side : kBothSides) {
      Bytes& received = joined.peerOf(side).received;
      if (received.size() != pingBytes(side) || received[0] != 0x89) continue;
      joined.peerOf(side).send(pongTo(side, received));
      received.clear();
    }
  }
  joined.untilEnd();
  CHECK(joined.end().endedBy == EndedBy::kGateway);
  CHECK(joined.end().closeCode == 1001);
  CHECK(joined.end().reason == EndReason::kIdleTimeout);
}

TEST_CASE("data and control frames of either side keep a connection open") {
  const std::vector<std::pair<Side, Bytes>> signs = {{Side::kClient, frameOf(Side::kClient, 0x89, 0)},
                                                     {Side::kClient, frameOf(Side::kClient, 0x8a, 0)},
                                                     {Side::kClient, textFrame(Side::kClient, "x")},
                                                     {Side::kUpstream, {0x89, 0}},
                                                     {Side::kUpstream, {0x8a, 0}}};
  for (const auto& [side, frame] : signs) {
    JoinedRelay joined(withLimits({{1000, kUnlimited, kUnlimited}, 500, 60'000}));
    for (int beat = 0; beat < 10; beat += 1) {
      joined.peerOf(side).send(frame);
      joined.until([&, side = side] { return joined.peerOf(side).isSent(); });
      joined.pass(700);
    }
    CHECK(joined.client.received.empty() == (side == Side::kClient));
    CHECK(joined.ends.empty());
    CHECK(joined.countersOf(side).frames == 10);
  }
}

TEST_CASE("a connection is closed with 1001 at the end of its lifetime, even if it is busy") {
  JoinedRelay joined(withLimits({{kUnlimited, 5000, kUnlimited}, 500, 60'000}));
  for (int beat = 0; beat < 20 && joined.ends.empty(); beat += 1) {
    joined.client.send(textFrame(Side::kClient, "busy"));
    joined.pass(500);
  }
  joined.untilEnd();
  CHECK(joined.end().closeCode == 1001);
  CHECK(joined.end().reason == EndReason::kMaximumLifetime);
}

TEST_CASE("no ping is sent after a close frame") {
  RelayLimits limits = kPinging;
  limits.closeTimeoutMs = 5000;
  JoinedRelay joined(withLimits(limits));
  joined.close(1001, "bye");
  joined.pass(4500);
  CHECK(joined.client.received.size() == 7);
  CHECK(joined.upstream.received.size() == 11);
}
