#include <doctest/doctest.h>

#include "joined_relay.h"

using namespace sluice;

namespace {

/// The frame of a client, its payload unmasked, as a client would have to send it without a mask.
Bytes unmasked(const Bytes& frame) {
  Bytes plain = {frame[0], static_cast<uint8_t>(frame[1] & 0x7f)};
  for (size_t index = 6; index < frame.size(); index += 1) plain.push_back(frame[index] ^ frame[2 + (index - 6) % 4]);
  return plain;
}

Bytes closeAt(Side receiver, const Bytes& frame) { return receiver == Side::kClient ? frame : unmasked(frame); }

Bytes gatewayClose(int code, const std::string& reason) { return closeFrameOf(Side::kUpstream, code, reason); }

EndedBy endedBy(Side side) { return side == Side::kClient ? EndedBy::kClient : EndedBy::kUpstream; }

}  // namespace

TEST_CASE(
    "a close of the gateway reaches both sides, masked for the upstream, and both get a FIN once they have closed") {
  JoinedRelay joined;
  joined.close(1001, "gateway draining");
  joined.until([&] { return joined.client.received.size() == 20 && joined.upstream.received.size() == 24; });
  CHECK(joined.client.received == gatewayClose(1001, "gateway draining"));
  CHECK(closeAt(Side::kUpstream, joined.upstream.received) == gatewayClose(1001, "gateway draining"));
  CHECK_FALSE(joined.client.hasEnded);
  joined.client.send(closeFrameOf(Side::kClient, 1001));
  joined.until([&] { return joined.client.hasEnded; });
  CHECK_FALSE(joined.upstream.hasEnded);
  joined.upstream.send(closeFrameOf(Side::kUpstream, 1001));
  joined.untilEnd();
  CHECK(joined.end().endedBy == EndedBy::kGateway);
  CHECK(joined.end().closeCode == 1001);
  CHECK(joined.end().reason == EndReason::kCommanded);
}

TEST_CASE("a close of the gateway waits for the end of the frame that is passing, and nothing follows it") {
  for (const Side sender : kBothSides) {
    JoinedRelay joined;
    const Side receiver = otherSide(sender);
    const Bytes frame = frameOf(sender, 0x82, 1000);
    joined.peerOf(sender).send(partOf(frame, 0, 500));
    joined.until([&] { return joined.peerOf(receiver).received.size() == 500; });
    joined.close(1001, "bye");
    joined.turns(20);
    CHECK(joined.peerOf(receiver).received.size() == 500);
    joined.peerOf(sender).send(concat({partOf(frame, 500, frame.size()), textFrame(sender, "dropped")}));
    const size_t closeBytes = receiver == Side::kClient ? 7 : 11;
    joined.until([&] { return joined.peerOf(receiver).received.size() >= frame.size() + closeBytes; });
    joined.turns(20);
    const Bytes& received = joined.peerOf(receiver).received;
    CHECK(partOf(received, 0, frame.size()) == frame);
    CHECK(closeAt(receiver, partOf(received, frame.size(), received.size())) == gatewayClose(1001, "bye"));
    CHECK(joined.countersOf(sender).frames == 1);
  }
}

TEST_CASE("peers that do not answer a close are dropped after the close timeout") {
  RelayOptions options;
  options.limits.closeTimeoutMs = 1000;
  JoinedRelay joined(options);
  joined.client.send(partOf(frameOf(Side::kClient, 0x82, 1000), 0, 500));
  joined.until([&] { return joined.upstream.received.size() == 500; });
  joined.close(1012, "route changed");
  joined.pass(900);
  CHECK(joined.ends.empty());
  joined.pass(200);
  joined.untilEnd();
  CHECK(joined.end().closeCode == 1012);
}

TEST_CASE("a close of either peer passes unchanged, its code is recorded, and the gateway adds no close frame") {
  for (const Side closer : kBothSides) {
    JoinedRelay joined;
    const Side other = otherSide(closer);
    const Bytes close = closeFrameOf(closer, 4321, "because");
    joined.peerOf(closer).send(close);
    joined.until([&] { return joined.peerOf(other).received == close; });
    joined.close(1001, "too late");
    const Bytes answer = closeFrameOf(other, 4322);
    joined.peerOf(other).send(answer);
    joined.until([&] { return !joined.peerOf(closer).received.empty(); });
    joined.client.endWhenSent();
    joined.upstream.endWhenSent();
    joined.untilEnd();
    CHECK(joined.peerOf(other).received == close);
    CHECK(joined.end().endedBy == endedBy(closer));
    CHECK(joined.end().closeCode == 4321);
  }
}

TEST_CASE(
    "a protocol error ends the direction that it came from: both sides are sent 1002, and nothing of the frame "
    "passes") {
  for (const Side violator : kBothSides) {
    JoinedRelay joined;
    const Side other = otherSide(violator);
    const Bytes before = textFrame(violator, "before");
    joined.peerOf(violator).send(concat({before, frameOf(violator, 0x83, 100), textFrame(violator, "after")}));
    const size_t closeBytes = 2 + 2 + 14 + (other == Side::kUpstream ? 4 : 0);
    joined.until([&] { return joined.peerOf(other).received.size() >= before.size() + closeBytes; });
    const Bytes& atOther = joined.peerOf(other).received;
    CHECK(partOf(atOther, 0, before.size()) == before);
    CHECK(closeAt(other, partOf(atOther, before.size(), atOther.size())) == gatewayClose(1002, "protocol error"));
    // The bytes that the other side sends before it closes still reach the violator, and its close frame follows them.
    CHECK(joined.peerOf(violator).received.empty());
    const Bytes late = textFrame(other, "late");
    joined.peerOf(other).send(concat({late, closeFrameOf(other, 1002)}));
    joined.until([&] { return joined.peerOf(violator).received.size() > late.size(); });
    const Bytes& atViolator = joined.peerOf(violator).received;
    CHECK(partOf(atViolator, 0, late.size()) == late);
    CHECK(closeAt(violator, partOf(atViolator, late.size(), atViolator.size())) ==
          gatewayClose(1002, "protocol error"));
    joined.untilPeersEnd();
    joined.client.close();
    joined.upstream.close();
    joined.untilEnd();
    CHECK(joined.end().endedBy == EndedBy::kGateway);
    CHECK(joined.end().closeCode == 1002);
    CHECK(joined.end().reason == EndReason::kProtocolError);
    CHECK(joined.countersOf(violator).frames == 1);
  }
}

TEST_CASE("a violator gets its close frame after the close timeout, and has the same time to answer it") {
  RelayOptions options;
  options.limits.closeTimeoutMs = 1000;
  JoinedRelay joined(options);
  joined.client.send(frameOf(Side::kClient, 0x83, 0));
  joined.until([&] { return !joined.upstream.received.empty(); });
  joined.pass(900);
  CHECK(joined.client.received.empty());
  joined.pass(200);
  joined.until([&] { return !joined.client.received.empty(); });
  CHECK(joined.client.received == gatewayClose(1002, "protocol error"));
  CHECK(joined.ends.empty());
  joined.pass(1100);
  joined.untilEnd();
}

TEST_CASE("a message above its limit ends the connection with 1009 before the frame that makes it too big") {
  for (const Side sender : kBothSides) {
    RelayOptions options;
    options.maxMessageBytes = 1000;
    JoinedRelay joined(options);
    const Bytes fits = concat({frameOf(sender, 0x82, 1000), frameOf(sender, kOpcodeBinary, 600)});
    joined.peerOf(sender).send(concat({fits, frameOf(sender, kFinalBit, 401)}));
    joined.until([&] { return joined.peerOf(otherSide(sender)).received.size() > fits.size(); });
    CHECK(partOf(joined.peerOf(otherSide(sender)).received, 0, fits.size()) == fits);
    joined.client.close();
    joined.upstream.close();
    joined.untilEnd();
    CHECK(joined.end().closeCode == 1009);
    CHECK(joined.end().reason == EndReason::kMessageTooBig);
  }
}

TEST_CASE("a limit applies from the next frame after it is set, until it is removed") {
  JoinedRelay joined;
  joined.client.send(frameOf(Side::kClient, 0x82, 5000));
  joined.until([&] { return joined.countersOf(Side::kClient).messages == 1; });
  joined.relay.setMaxMessageBytes(100);
  joined.relay.setMaxMessageBytes(UINT64_MAX);
  joined.client.send(frameOf(Side::kClient, 0x82, 5000));
  joined.until([&] { return joined.countersOf(Side::kClient).messages == 2; });
  joined.relay.setMaxMessageBytes(100);
  joined.client.send(frameOf(Side::kClient, 0x82, 101));
  joined.client.endWhenSent();
  joined.upstream.endWhenSent();
  joined.untilEnd();
  CHECK(joined.end().closeCode == 1009);
}

TEST_CASE(
    "the client gets 1013 if the upstream is lost between two frames, and only a FIN if it is lost within a frame") {
  for (const bool isWithinFrame : {false, true}) {
    JoinedRelay joined;
    const Bytes frame = frameOf(Side::kUpstream, 0x82, 100);
    const Bytes sent = isWithinFrame ? partOf(frame, 0, 50) : frame;
    joined.upstream.send(sent);
    joined.until([&] { return joined.client.received.size() == sent.size(); });
    joined.upstream.reset();
    joined.until([&] { return joined.client.hasEnded; });
    CHECK(joined.client.received == (isWithinFrame ? sent : concat({sent, gatewayClose(1013, "upstream lost")})));
    joined.client.close();
    joined.untilEnd();
    CHECK(joined.end().endedBy == EndedBy::kUpstream);
    CHECK(joined.end().closeCode == (isWithinFrame ? 1006 : 1013));
  }
}

TEST_CASE("a close frame to a slow reader is delivered after everything that was sent before it") {
  JoinedRelay joined;
  joined.client.isReading = false;
  const Bytes frame = frameOf(Side::kUpstream, 0x82, 6'000'000);
  joined.upstream.send(frame);
  double before = -1;
  joined.until([&, turns = 0]() mutable {
    turns += 1;
    if (turns % 50 != 0) return false;
    const double last = before;
    before = joined.countersOf(Side::kUpstream).bytesReceived;
    return last == before;
  });
  joined.close(1001, "bye");
  joined.client.isReading = true;
  joined.until([&] { return joined.client.received.size() == frame.size() + 7; });
  CHECK(partOf(joined.client.received, 0, frame.size()) == frame);
  CHECK(partOf(joined.client.received, frame.size(), frame.size() + 7) == gatewayClose(1001, "bye"));
}

TEST_CASE("after both close frames the FIN of either side closes both sockets") {
  for (const Side closer : kBothSides) {
    for (const Side ender : kBothSides) {
      JoinedRelay joined;
      const Side answerer = otherSide(closer);
      const Bytes close = closeFrameOf(closer, 1000);
      const Bytes answer = closeFrameOf(answerer, 1000);
      joined.peerOf(closer).send(close);
      joined.until([&] { return joined.peerOf(answerer).received == close; });
      joined.peerOf(answerer).send(answer);
      joined.until([&] { return joined.peerOf(closer).received == answer; });
      joined.turns(20);
      CHECK(joined.ends.empty());
      joined.peerOf(ender).endWhenSent();
      joined.untilEnd();
      joined.until([&] { return joined.peerOf(otherSide(ender)).hasEnded; });
    }
  }
}

TEST_CASE("after both close frames a side that reads slowly gets all bytes before its socket is closed") {
  JoinedRelay joined;
  joined.client.isReading = false;
  const Bytes frame = frameOf(Side::kUpstream, 0x82, 6'000'000);
  const Bytes answer = closeFrameOf(Side::kUpstream, 1000);
  joined.client.send(closeFrameOf(Side::kClient, 1000));
  joined.until([&] { return !joined.upstream.received.empty(); });
  joined.upstream.send(concat({frame, answer}));
  joined.upstream.endWhenSent();
  joined.turns(50);
  joined.client.isReading = true;
  joined.until([&] { return joined.client.hasEnded; });
  CHECK(joined.client.received == concat({frame, answer}));
}

TEST_CASE("a connection whose sides close at the same time ends once") {
  JoinedRelay joined;
  for (const Side side : kBothSides) {
    joined.peerOf(side).send(closeFrameOf(side, 1000));
    joined.peerOf(side).endWhenSent();
  }
  joined.untilEnd();
  joined.turns(20);
  CHECK(joined.ends.size() == 1);
  CHECK(joined.end().closeCode == 1000);
}

TEST_CASE("after a close frame data frames do not pass, and control frames do") {
  JoinedRelay joined;
  const Bytes allowed = concat({closeFrameOf(Side::kClient, 1000), frameOf(Side::kClient, 0x8a, 3)});
  joined.client.send(concat({allowed, textFrame(Side::kClient, "forbidden")}));
  joined.until([&] { return joined.upstream.received.size() >= allowed.size(); });
  joined.turns(20);
  CHECK(joined.upstream.received == allowed);
}
