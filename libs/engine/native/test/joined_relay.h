#pragma once

#include <doctest/doctest.h>
#include <uv.h>

#include <array>
#include <functional>
#include <vector>

#include "../src/relay.h"
#include "no_rate.h"
#include "peer.h"
#include "wheel_on_loop.h"

namespace sluice {

constexpr RelayLimits kPatient{{kUnlimited, kUnlimited, kUnlimited}, 10'000, 60'000};

struct RelayOptions {
  RelayLimits limits = kPatient;
  ReservedBits reservedBits = ReservedBits::kNone;
  OnRate onRate = OnRate::kSlow;
  uint64_t maxMessageBytes = UINT64_MAX;
  double messagesPerSecond = kNoRate;
  double bytesPerSecond = kNoRate;
  Bytes clientHead;
  Bytes upstreamHead;
};

/// A relay between two peers on a loop, with a clock that advances only on request. The destructor checks that the relay has ended
/// exactly once and that both of its descriptors are closed.
class JoinedRelay final : private RelayEvents, private SocketEvents {
 public:
  explicit JoinedRelay(const RelayOptions& options = {})
      : descriptors{client.nearDescriptor, upstream.nearDescriptor},
        memories{memoryOf(options), memoryOf(options)},
        relay{RelayInput{clientSocket_, upstreamSocket_, on.wheel, *this, options.limits, fromClient, fromUpstream,
                         counters.data(), options.reservedBits, options.onRate, options.maxMessageBytes}} {
    REQUIRE(clientSocket_.open(on.loop.get(), descriptors[0]) == 0);
    REQUIRE(upstreamSocket_.open(on.loop.get(), descriptors[1]) == 0);
    relay.start(options.clientHead.data(), options.clientHead.size(), options.upstreamHead.data(),
                options.upstreamHead.size());
  }
  JoinedRelay(const JoinedRelay&) = delete;
  JoinedRelay& operator=(const JoinedRelay&) = delete;
  ~JoinedRelay() {
    relay.destroy();
    until([this] { return !ends.empty(); });
    CHECK(ends.size() == 1);
    for (const int descriptor : descriptors) CHECK(fcntl(descriptor, F_GETFD) == -1);
    for (const LaneMemory& memory : memories) CHECK(memory.waitingInEngine == 0);
    CHECK_FALSE(on.isTurning());
  }

  /// One turn of the loop and of each peer.
  void turn() {
    uv_run(on.loop.get(), UV_RUN_NOWAIT);
    on.wheel.fireAfterHalt();
    client.pump(maxBytesPerTurn);
    upstream.pump(maxBytesPerTurn);
  }
  void until(const std::function<bool()>& isDone) {
    const uint64_t deadline = realNow() + 60'000'000'000;
    while (!isDone()) {
      if (realNow() > deadline) FAIL("timed out");
      turn();
    }
  }
  void untilEnd() {
    until([this] { return !ends.empty(); });
  }
  /// Runs until both peers have seen the end of their connections.
  void untilPeersEnd() {
    until([this] { return (client.hasEnded || client.isLost) && (upstream.hasEnded || upstream.isLost); });
  }
  /// Runs so many turns, in which nothing is expected.
  void turns(int count) {
    for (int index = 0; index < count; index += 1) turn();
  }
  /// Advances the clock in small steps, with a turn of the loop and of each peer in each.
  void pass(double milliseconds) {
    for (double passed = 0; passed < milliseconds; passed += 25) {
      on.pass(25);
      turn();
    }
  }
  Peer& peerOf(Side side) { return side == Side::kClient ? client : upstream; }
  Counters& countersOf(Side side) { return counters[side == Side::kClient ? 0 : 1]; }
  const RelayEnd& end() const { return ends.at(0); }
  void close(uint16_t code, const std::string& reason) {
    relay.close(code, reinterpret_cast<const uint8_t*>(reason.data()), reason.size());
  }

  WheelOnLoop on;
  Peer client;
  Peer upstream;
  std::array<int, 2> descriptors;
  std::array<Counters, 2> counters{};
  std::array<LaneMemory, 2> memories;
  size_t maxBytesPerTurn = size_t{1} << 20;
  std::vector<RelayEnd> ends;

 private:
  static LaneMemory memoryOf(const RelayOptions& options) {
    LaneMemory memory{};
    memory.messageTokens = {options.messagesPerSecond, options.messagesPerSecond, 0};
    memory.byteTokens = {options.bytesPerSecond, options.bytesPerSecond, 0};
    return memory;
  }
  static uint64_t realNow() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec);
  }

  void onRelayEnd(Relay& ended, const RelayEnd& end) override {
    CHECK(&ended == &relay);
    ends.push_back(end);
  }
  // Before it is joined, a socket reports nothing.
  void onData(Side, uint8_t*, size_t) override { FAIL("data before the join"); }
  void onFin(Side) override { FAIL("a FIN before the join"); }
  void onFailed(Side) override { FAIL("a failure before the join"); }
  void onReady(Side) override { FAIL("ready before the join"); }
  void onClosed(Side) override { FAIL("closed before the join"); }

  ReadBuffer readBuffer_;
  Socket clientSocket_{Side::kClient, *this, readBuffer_};
  Socket upstreamSocket_{Side::kUpstream, *this, readBuffer_};

 public:
  TrafficLane fromClient{on.wheel, &memories[0]};
  TrafficLane fromUpstream{on.wheel, &memories[1]};
  Relay relay;
};

}  // namespace sluice
