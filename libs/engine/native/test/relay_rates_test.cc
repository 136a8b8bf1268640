#include <doctest/doctest.h>

#include "joined_relay.h"

using namespace sluice;

namespace {

RelayOptions withRates(double messagesPerSecond, double bytesPerSecond, OnRate onRate = OnRate::kSlow) {
  RelayOptions options;
  options.messagesPerSecond = messagesPerSecond;
  options.bytesPerSecond = bytesPerSecond;
  options.onRate = onRate;
  return options;
}

Bytes messagesOf(Side sender, int count) {
  Bytes all;
  for (int index = 0; index < count; index += 1) {
    const Bytes frame = textFrame(sender, std::to_string(index));
    all.insert(all.end(), frame.begin(), frame.end());
  }
  return all;
}

}  // namespace

TEST_CASE("messages over the rate are delayed, and all of them pass in order") {
  for (const Side sender : kBothSides) {
    JoinedRelay joined(withRates(20, kNoRate));
    const Bytes sent = messagesOf(sender, 100);
    joined.peerOf(sender).send(sent);
    joined.until([&] { return joined.countersOf(sender).messages == 20; });
    joined.turns(20);
    CHECK(joined.countersOf(sender).messages == 20);
    joined.pass(1000);
    CHECK(joined.countersOf(sender).messages >= 38);
    CHECK(joined.countersOf(sender).messages <= 41);
    joined.pass(3500);
    joined.until([&] { return joined.peerOf(otherSide(sender)).received.size() == sent.size(); });
    CHECK(joined.peerOf(otherSide(sender)).received == sent);
    CHECK(joined.ends.empty());
  }
}

TEST_CASE("bytes over the rate are delayed, also in the middle of a frame, and no byte is lost") {
  JoinedRelay joined(withRates(kNoRate, 10'000));
  const Bytes sent = concat({frameOf(Side::kClient, 0x82, 35'000), textFrame(Side::kClient, "end")});
  joined.client.send(sent);
  joined.until([&] { return joined.countersOf(Side::kClient).bytes >= 10'000; });
  joined.turns(20);
  CHECK(joined.countersOf(Side::kClient).bytes <= 10'014);
  joined.pass(1000);
  CHECK(joined.countersOf(Side::kClient).bytes <= 20'500);
  joined.pass(3000);
  joined.until([&] { return joined.upstream.received.size() == sent.size(); });
  CHECK(joined.upstream.received == sent);
}

TEST_CASE("a sender over its rate is closed with 1008 if the configuration says so, instead of being delayed") {
  JoinedRelay joined(withRates(5, kNoRate, OnRate::kClose));
  joined.client.send(messagesOf(Side::kClient, 50));
  const Bytes passed = messagesOf(Side::kClient, 5);
  joined.until([&] { return joined.upstream.received.size() >= passed.size() + 2 + 4 + 2 + 12; });
  CHECK(partOf(joined.upstream.received, 0, passed.size()) == passed);
  CHECK(joined.upstream.received[passed.size()] == 0x88);
  joined.client.close();
  joined.upstream.close();
  joined.untilEnd();
  CHECK(joined.end().closeCode == 1008);
  CHECK(joined.end().reason == EndReason::kMessageRate);
}

TEST_CASE("bytes that the rate delays pass before the FIN of their sender") {
  JoinedRelay joined(withRates(20, kNoRate));
  const Bytes sent = messagesOf(Side::kClient, 60);
  joined.client.send(sent);
  joined.client.endWhenSent();
  joined.until([&] { return joined.countersOf(Side::kClient).messages == 20; });
  joined.turns(20);
  CHECK_FALSE(joined.upstream.hasEnded);
  joined.pass(2500);
  joined.until([&] { return joined.upstream.hasEnded; });
  CHECK(joined.upstream.received == sent);
}

TEST_CASE("bytes that the rate delays of a lost sender pass within the close timeout") {
  for (const bool isInTime : {true, false}) {
    RelayOptions options = withRates(20, kNoRate);
    options.limits.closeTimeoutMs = isInTime ? 10'000 : 1000;
    JoinedRelay joined(options);
    const Bytes sent = messagesOf(Side::kClient, 60);
    joined.client.send(sent);
    joined.until([&] { return joined.countersOf(Side::kClient).messages == 20; });
    joined.turns(20);
    joined.client.reset();
    // A sender that is not read is found to be lost when it is written to.
    joined.upstream.send(messagesOf(Side::kUpstream, 2));
    joined.until([&] { return joined.countersOf(Side::kUpstream).messages == 2; });
    joined.pass(3000);
    if (isInTime) CHECK(joined.upstream.received == sent);
    if (isInTime) CHECK(joined.upstream.hasEnded);
    else CHECK(joined.upstream.received.size() < sent.size());
    joined.upstream.close();
    joined.pass(1100);
    joined.untilEnd();
    CHECK(joined.end().endedBy == EndedBy::kClient);
  }
}

TEST_CASE("a connection that waits for its rate is not idle") {
  RelayOptions options = withRates(1, kNoRate);
  options.limits.times.idleMs = 300;
  JoinedRelay joined(options);
  joined.client.send(messagesOf(Side::kClient, 4));
  joined.until([&] { return joined.countersOf(Side::kClient).messages == 1; });
  joined.pass(2500);
  CHECK(joined.ends.empty());
  CHECK(joined.client.received.empty());
}

TEST_CASE("a close of the gateway is sent after the rest of a frame that the rate delays") {
  JoinedRelay joined(withRates(kNoRate, 1000));
  const Bytes frame = frameOf(Side::kClient, 0x82, 50'000);
  joined.client.send(concat({frame, textFrame(Side::kClient, "dropped")}));
  joined.until([&] { return joined.countersOf(Side::kClient).bytes >= 1000; });
  joined.close(1001, "bye");
  joined.until([&] { return joined.upstream.received.size() == frame.size() + 11; });
  CHECK(partOf(joined.upstream.received, 0, frame.size()) == frame);
  CHECK(joined.upstream.received[frame.size()] == 0x88);
}

TEST_CASE("a connection that ends while it waits for its rate leaves the queue") {
  JoinedRelay joined(withRates(1, kNoRate));
  for (const Side side : kBothSides) joined.peerOf(side).send(messagesOf(side, 5));
  joined.until([&] { return joined.memories[0].waitingInEngine + joined.memories[1].waitingInEngine == 2; });
  joined.relay.destroy();
  joined.untilEnd();
  CHECK(joined.memories[0].waitingInEngine + joined.memories[1].waitingInEngine == 0);
}

TEST_CASE("a slow reader at a limited rate gets everything") {
  JoinedRelay joined(withRates(kNoRate, 4'000'000));
  joined.client.isReading = false;
  const Bytes sent = frameOf(Side::kUpstream, 0x82, 12'000'000);
  joined.upstream.send(sent);
  joined.pass(2000);
  joined.client.isReading = true;
  for (int tick = 0; tick < 400 && joined.client.received.size() < sent.size(); tick += 1) joined.pass(25);
  CHECK(joined.client.received == sent);
}
