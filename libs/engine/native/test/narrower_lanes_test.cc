#include <doctest/doctest.h>

#include "engine_on_loop.h"
#include "joined_relay.h"
#include "narrow_lanes.h"

using namespace sluice;

namespace {

Bytes messagesOf(Side sender, int count) {
  Bytes all;
  for (int index = 0; index < count; index += 1) {
    const Bytes frame = textFrame(sender, std::to_string(index));
    all.insert(all.end(), frame.begin(), frame.end());
  }
  return all;
}

}  // namespace

TEST_CASE("a message passes only when the tenant, the route and the key let it") {
  for (const Side sender : kSides) {
    RelayOptions options;
    options.messagesPerSecond = 60;
    JoinedRelay joined(options);
    NarrowLanes narrow(joined.on, 20, 40);
    joined.relay.setNarrowerLanes(narrow.lanes);
    const Bytes sent = messagesOf(sender, 50);
    joined.peerOf(sender).send(sent);
    joined.until([&] { return joined.countersOf(sender).messages == 20; });
    joined.turns(20);
    CHECK(joined.countersOf(sender).messages == 20);
    CHECK(narrow.waiting() == 1);
    joined.pass(2000);
    joined.until([&] { return joined.peerOf(otherSide(sender)).received.size() == sent.size(); });
    CHECK(joined.peerOf(otherSide(sender)).received == sent);
    const size_t side = static_cast<size_t>(sender);
    CHECK(narrow.memories[side].messages == 50);
    CHECK(narrow.memories[2 + side].messages == 50);
    CHECK(joined.memories[side].messages == 50);
    joined.relay.setNarrowerLanes({});
  }
}

TEST_CASE("bytes that wait pass when their lanes are replaced, and leave the queues of the old ones") {
  JoinedRelay joined;
  NarrowLanes narrow(joined.on, 1, kNoRate);
  joined.relay.setNarrowerLanes(narrow.lanes);
  const Bytes sent = messagesOf(Side::kClient, 5);
  joined.client.send(sent);
  joined.until([&] { return narrow.waiting() == 1; });
  joined.relay.setNarrowerLanes({});
  CHECK(narrow.waiting() == 0);
  joined.until([&] { return joined.upstream.received.size() == sent.size(); });
}

TEST_CASE("a slow reader whose sender waits for a rate gets everything after the lanes are replaced") {
  JoinedRelay joined;
  NarrowLanes narrow(joined.on, 1, kNoRate);
  narrow.memories[0].byteTokens = {4'000'000, 4'000'000, 0};
  narrow.memories[0].messageTokens.perSecond = kNoRate;
  joined.relay.setNarrowerLanes(narrow.lanes);
  joined.upstream.isReading = false;
  const Bytes sent = frameOf(Side::kClient, 0x82, 12'000'000);
  joined.client.send(sent);
  joined.pass(2000);
  joined.relay.setNarrowerLanes({});
  CHECK(narrow.waiting() == 0);
  joined.upstream.isReading = true;
  joined.until([&] {
    joined.pass(25);
    return joined.upstream.received.size() == sent.size();
  });
}

TEST_CASE(
    "a direction that one lane serves while another holds it back takes the tokens of the first in advance, and once") {
  JoinedRelay joined;
  NarrowLanes narrow(joined.on, 20, 20);
  joined.relay.setNarrowerLanes(narrow.lanes);
  narrow.ofRouteClient.take(25, 0);
  joined.client.send(messagesOf(Side::kClient, 2));
  joined.until([&] { return narrow.waiting() == 1; });
  CHECK(narrow.memories[2].waitingInEngine == 1);
  // The route has a token at 300 ms. Meanwhile others have used up the key.
  joined.pass(275);
  narrow.ofClient.take(narrow.ofClient.allowedMessages() + 2, 0);
  joined.pass(50);
  CHECK(narrow.memories[0].waitingInEngine == 1);
  const double tokensOfRoute = narrow.ofRouteClient.allowedMessages();
  joined.pass(200);
  joined.until([&] { return joined.countersOf(Side::kClient).messages >= 1; });
  CHECK(tokensOfRoute == 0);
  joined.relay.setNarrowerLanes({});
}

TEST_CASE("tokens that were taken in advance are returned when the connection ends") {
  LaneReservations reservations;
  WheelOnLoop on;
  NarrowLanes narrow(on, 20, 20);
  reservations.reserve(narrow.ofClient, 500);
  CHECK(narrow.ofClient.allowedMessages() == 19);
  REQUIRE(reservations.of(narrow.ofClient) != nullptr);
  CHECK(reservations.of(narrow.ofClient)->messages == 1);
  CHECK(reservations.of(narrow.ofClient)->bytes == kUnlimited);
  CHECK(reservations.of(narrow.ofRouteClient) == nullptr);
  reservations.reserve(narrow.ofClient, 500);
  CHECK(narrow.ofClient.allowedMessages() == 19);
  narrow.ofRouteClient.take(20, 0);
  reservations.reserve(narrow.ofRouteClient, 500);
  CHECK(reservations.of(narrow.ofRouteClient) == nullptr);
  reservations.release();
  CHECK(narrow.ofClient.allowedMessages() == 20);
}

TEST_CASE("the engine keeps the lanes of a key and a route as long as a connection uses them") {
  EngineOnLoop on;
  LaneMemory memories[4]{};
  for (LaneMemory& memory : memories) memory.messageTokens.perSecond = memory.byteTokens.perSecond = kNoRate;
  JoinInput input =
      on.joinInput(on.engine.adopt(on.client.nearDescriptor), on.engine.adopt(on.upstream.nearDescriptor));
  input.narrowerLanes.from[0][0] = &memories[0];
  input.narrowerLanes.from[1][0] = &memories[1];
  const Id id = on.engine.join(input);
  CHECK(on.engine.usesLane(&memories[1]));
  NarrowerLanes<LaneMemory> others;
  others.from[0][0] = &memories[2];
  others.from[1][0] = &memories[3];
  on.engine.setNarrowerLanes(id, others);
  CHECK(on.host.idleLanes == 2);
  CHECK_FALSE(on.engine.usesLane(&memories[0]));
  CHECK(on.engine.usesLane(&memories[3]));
  on.host.command(CommandKind::kDestroy, id);
  on.until([&] { return on.engine.connections() == 0; });
  CHECK(on.host.idleLanes == 6);
  on.engine.setNarrowerLanes(id, others);
  CHECK_FALSE(on.engine.usesLane(&memories[2]));
}
