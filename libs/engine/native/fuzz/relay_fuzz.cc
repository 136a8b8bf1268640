#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <csignal>
#include <cstdlib>

#include "../test/following.h"
#include "../test/joined_relay.h"
#include "../test/narrow_lanes.h"

using namespace sluice;

namespace {

/// Reads the input of the fuzzer, and zeros after its end.
class Input {
 public:
  Input(const uint8_t* data, size_t size) : data_(data), left_(size) {}

  bool isEmpty() const { return left_ == 0; }
  uint8_t next() {
    if (left_ == 0) return 0;
    left_ -= 1;
    return *data_++;
  }
  Bytes take(size_t length) {
    Bytes bytes;
    while (bytes.size() < length && left_ > 0) bytes.push_back(next());
    return bytes;
  }

 private:
  const uint8_t* data_;
  size_t left_;
};

RelayOptions optionsOf(uint8_t choice) {
  RelayOptions options;
  options.limits = {
      {choice & 1 ? 2000.0 : kUnlimited, choice & 2 ? 5000.0 : kUnlimited, choice & 4 ? 700.0 : kUnlimited}, 500, 1500};
  options.onRate = choice & 8 ? OnRate::kClose : OnRate::kSlow;
  if (choice & 16) options.messagesPerSecond = 3;
  if (choice & 32) options.bytesPerSecond = 100;
  if (choice & 64) options.maxMessageBytes = 50;
  return options;
}

constexpr double kRates[] = {kNoRate, 1, 3, 50};

// The key and the route get other rates, or lose their lanes; a connection without a key has only those of its route.
void changeLanes(JoinedRelay& joined, NarrowLanes& narrow, uint8_t choice) {
  for (size_t index = 0; index < 4; index += 1) {
    const double rate = kRates[(index < 2 ? choice >> 2 : choice >> 4) & 3];
    narrow.memories[index].messageTokens = {rate, rate, joined.on.wheel.nowMs()};
    const double bytes = (choice & 0x40) != 0 ? rate * 20 : kNoRate;
    narrow.memories[index].byteTokens = {bytes, bytes, joined.on.wheel.nowMs()};
  }
  ConnectionLanes::Narrower lanes;
  for (size_t side = 0; side < 2; side += 1) {
    if ((choice & 3) != 0) lanes.from[side][0] = narrow.lanes.from[side][(choice & 3) == 2 ? 1 : 0];
    if ((choice & 3) == 3) lanes.from[side][1] = narrow.lanes.from[side][1];
  }
  joined.relay.setNarrowerLanes(lanes);
}

// A step of one side, of time, or of the gateway.
void act(JoinedRelay& joined, NarrowLanes& narrow, Input& input) {
  const uint8_t step = input.next();
  const Side side = (step & 0x80) != 0 ? Side::kClient : Side::kUpstream;
  Peer& peer = joined.peerOf(side);
  switch (step & 0x0f) {
    case 0:
    case 1:
    case 2: {
      const uint8_t first = input.next();
      peer.send(frameOf(side, first, input.take(input.next() % 130)));
      return;
    }
    case 3:
      peer.send(input.take(input.next() % 20));
      return;
    case 4:
      peer.send(headerOf(side, input.next(), uint64_t{input.next()} << (input.next() % 64)));
      return;
    case 5:
      peer.send(frameOf(side, 0x82, size_t{input.next()} * 4096));
      return;
    case 6:
      peer.send(closeFrameOf(side, 1000 + input.next()));
      return;
    case 7:
      peer.endWhenSent();
      return;
    case 8:
      peer.reset();
      return;
    case 9:
      peer.isReading = !peer.isReading;
      return;
    case 10:
      joined.close(1001, "gateway draining");
      return;
    case 11:
      joined.relay.setMaxMessageBytes(input.next());
      return;
    case 12:
      joined.pass(input.next() * 8);
      return;
    case 13:
      if (!peer.received.empty() && peer.received[0] == 0x89)
        peer.send(frameOf(side, 0x8a, partOf(peer.received, 2, 10)));
      return;
    case 14:
      changeLanes(joined, narrow, input.next());
      return;
    default:
      joined.turns(input.next() % 8);
  }
}

// For any bytes of one side, the other side gets only frames that RFC 6455 allows, with those of the gateway between them.
void expectValid(Side sender, const Bytes& received) {
  FrameFollower follower(FrameRules(sender, ReservedBits::kNone), nullptr);
  Following(follower).push(received);
  if (follower.violation() != FrameViolation::kNone) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  std::signal(SIGPIPE, SIG_IGN);
  static doctest::Context context;
  context.setAsDefaultForAssertsOutOfTestCases();
  context.setAssertHandler([](const doctest::AssertData& data) {
    if (data.m_failed) std::abort();
  });
  return 0;
}

/// The first byte chooses the limits; the rest are steps of two peers with a relay between them, and of the rates of its key and
/// route. For any steps, the relay must end exactly once, free everything, and leave the queue of each lane.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Input input(data, size);
  const uint8_t choice = input.next();
  JoinedRelay joined(optionsOf(choice));
  NarrowLanes narrow(joined.on, kNoRate, kNoRate);
  if (choice & 128) changeLanes(joined, narrow, input.next());
  for (int steps = 0; steps < 40 && !input.isEmpty(); steps += 1) {
    act(joined, narrow, input);
    joined.turn();
  }
  joined.turns(4);
  expectValid(Side::kClient, joined.upstream.received);
  expectValid(Side::kUpstream, joined.client.received);
  joined.relay.destroy();
  joined.untilEnd();
  CHECK(narrow.waiting() == 0);
  // The lanes end before the relay does.
  joined.relay.setNarrowerLanes({});
  return 0;
}
