#include "../src/relay.h"

#include <doctest/doctest.h>

#include <random>

#include "joined_relay.h"
#include "write_faults.h"

using namespace sluice;

namespace {

Bytes patternOf(size_t length, uint8_t start) {
  Bytes bytes(length);
  for (size_t index = 0; index < length; index += 1) {
    bytes[index] = static_cast<uint8_t>(start + index * 31 + index / 251);
  }
  return bytes;
}

/// Frames of many sizes, repeated until they have at least so many bytes in total.
Bytes streamOf(Side sender, size_t total, uint8_t seed) {
  std::mt19937 random(seed);
  Bytes part;
  while (part.size() < std::min<size_t>(total, 1'000'000)) {
    const size_t length = random() % 4 == 0 ? random() % 200'000 : random() % 300;
    const Bytes frame = frameOf(sender, kFinalBit | kOpcodeBinary, patternOf(length, seed));
    part.insert(part.end(), frame.begin(), frame.end());
  }
  Bytes stream;
  while (stream.size() < total) stream.insert(stream.end(), part.begin(), part.end());
  return stream;
}

}  // namespace

TEST_CASE("20 MB pass both ways at once, unchanged, in order and counted, whichever side reads slowly") {
  for (const Side slow : kBothSides) {
    JoinedRelay joined;
    joined.maxBytesPerTurn = 300'000;
    const Bytes sent[] = {streamOf(Side::kClient, 20'000'000, 1), streamOf(Side::kUpstream, 20'000'000, 2)};
    joined.client.send(sent[0]);
    joined.upstream.send(sent[1]);
    joined.peerOf(slow).isReading = false;
    double stalledAt = -1;
    // Until the engine has stopped reading the bytes for the slow side.
    joined.until([&, turns = 0]() mutable {
      turns += 1;
      if (turns % 50 != 0) return false;
      const double before = stalledAt;
      stalledAt = joined.countersOf(otherSide(slow)).bytesReceived;
      return before == stalledAt;
    });
    CHECK(stalledAt < 15'000'000);
    joined.peerOf(slow).isReading = true;
    joined.until([&] {
      return joined.upstream.received.size() == sent[0].size() && joined.client.received.size() == sent[1].size();
    });
    CHECK(joined.upstream.received == sent[0]);
    CHECK(joined.client.received == sent[1]);
    for (const Side side : kBothSides) {
      const size_t index = side == Side::kClient ? 0 : 1;
      CHECK(joined.countersOf(side).bytes == sent[index].size());
      CHECK(joined.countersOf(side).bytesReceived == sent[index].size());
      CHECK(joined.memories[index].bytes == sent[index].size());
      CHECK(joined.memories[index].messages == joined.countersOf(side).messages);
      CHECK(joined.countersOf(side).frames == joined.countersOf(side).messages);
    }
    CHECK(joined.ends.empty());
  }
}

TEST_CASE("frames that arrive byte by byte pass with whole headers and lose nothing") {
  JoinedRelay joined;
  for (const Side sender : kBothSides) {
    const Bytes bytes = concat({textFrame(sender, "one"), frameOf(sender, kOpcodeBinary, 200),
                                frameOf(sender, kFinalBit | kOpcodePing, 3), frameOf(sender, kFinalBit, 1)});
    Bytes& received = joined.peerOf(otherSide(sender)).received;
    for (size_t index = 0; index < bytes.size(); index += 1) {
      joined.peerOf(sender).send({bytes[index]});
      joined.until([&] { return joined.countersOf(sender).bytesReceived == static_cast<double>(index + 1); });
    }
    joined.until([&] { return received.size() == bytes.size(); });
    CHECK(received == bytes);
    CHECK(joined.countersOf(sender).messages == 2);
    CHECK(joined.countersOf(sender).frames == 4);
    CHECK(joined.countersOf(sender).controlFrames == 1);
  }
}

TEST_CASE("the bytes from before the join are relayed first, also if they end within a header") {
  const Bytes fromClient = concat({textFrame(Side::kClient, "early"), textFrame(Side::kClient, "late")});
  const Bytes fromUpstream = frameOf(Side::kUpstream, 0x82, 70'000);
  for (size_t cut = 0; cut <= fromClient.size(); cut += 1) {
    RelayOptions options;
    options.clientHead = partOf(fromClient, 0, cut);
    options.upstreamHead = partOf(fromUpstream, 0, 3);
    JoinedRelay joined(options);
    joined.client.send(partOf(fromClient, cut, fromClient.size()));
    joined.upstream.send(partOf(fromUpstream, 3, fromUpstream.size()));
    joined.until([&] {
      return joined.upstream.received.size() >= fromClient.size() &&
             joined.client.received.size() >= fromUpstream.size();
    });
    CHECK(joined.upstream.received == fromClient);
    CHECK(joined.client.received == fromUpstream);
    CHECK(joined.countersOf(Side::kClient).bytesReceived == fromClient.size());
  }
}

TEST_CASE("after a FIN of one side the other direction continues until its own FIN") {
  for (const Side first : kBothSides) {
    JoinedRelay joined;
    Peer& one = joined.peerOf(first);
    Peer& other = joined.peerOf(otherSide(first));
    const Bytes last = textFrame(first, "last");
    one.send(last);
    one.endWhenSent();
    joined.until([&] { return other.hasEnded; });
    // A client gets 1013 where its upstream ended without a close frame.
    const Bytes notice = first == Side::kClient ? Bytes{} : closeFrameOf(Side::kUpstream, 1013, "upstream lost");
    CHECK(other.received == concat({last, notice}));
    const Bytes answer = frameOf(otherSide(first), 0x82, 3'000'000);
    other.send(answer);
    joined.until([&] { return one.received.size() == answer.size(); });
    CHECK(one.received == answer);
    other.endWhenSent();
    joined.untilEnd();
    CHECK(joined.end().closeCode == (first == Side::kClient ? 1006 : 1013));
    CHECK(joined.end().endedBy == (first == Side::kClient ? EndedBy::kClient : EndedBy::kUpstream));
    joined.until([&] { return one.hasEnded; });
    CHECK_FALSE(one.isLost);
  }
}

TEST_CASE("a half-open connection ends after its timeout") {
  RelayOptions options;
  options.limits.halfOpenTimeoutMs = 2000;
  JoinedRelay joined(options);
  joined.client.endWhenSent();
  joined.until([&] { return joined.upstream.hasEnded; });
  joined.pass(1900);
  CHECK(joined.ends.empty());
  joined.pass(200);
  joined.untilEnd();
  CHECK(joined.end().closeCode == 1006);
}

TEST_CASE(
    "an RST in the middle of a frame ends the connection, and the other side gets all that came before and a FIN") {
  for (const Side lost : kBothSides) {
    JoinedRelay joined;
    Peer& other = joined.peerOf(otherSide(lost));
    const Bytes part = partOf(frameOf(lost, 0x82, 300'000), 0, 200'000);
    joined.peerOf(lost).send(part);
    joined.until([&] { return other.received.size() == part.size(); });
    joined.peerOf(lost).reset();
    joined.until([&] { return other.hasEnded; });
    CHECK(other.received == part);
    other.endWhenSent();
    joined.untilEnd();
    CHECK(joined.end().endedBy == (lost == Side::kClient ? EndedBy::kClient : EndedBy::kUpstream));
    CHECK(joined.end().closeCode == 1006);
    CHECK(joined.end().reason == EndReason::kNone);
  }
}

TEST_CASE("an RST of a peer that did not read ends the connection, and pending bytes are dropped") {
  for (const Side lost : kBothSides) {
    JoinedRelay joined;
    joined.peerOf(lost).isReading = false;
    joined.peerOf(otherSide(lost)).send(frameOf(otherSide(lost), 0x82, 9'000'000));
    joined.until([&] { return joined.countersOf(otherSide(lost)).bytesReceived > 1'000'000; });
    joined.peerOf(lost).reset();
    joined.until([&] { return joined.peerOf(otherSide(lost)).hasEnded; });
    joined.peerOf(otherSide(lost)).close();
    joined.untilEnd();
    CHECK(joined.end().endedBy == (lost == Side::kClient ? EndedBy::kClient : EndedBy::kUpstream));
  }
}

TEST_CASE("a relay that is destroyed ends once, in every state") {
  const std::vector<std::function<void(JoinedRelay&)>> states = {
      [](JoinedRelay&) {},
      [](JoinedRelay& joined) { joined.client.send({0x82}); },
      [](JoinedRelay& joined) {
        joined.client.isReading = false;
        joined.upstream.send(frameOf(Side::kUpstream, 0x82, 9'000'000));
      },
      [](JoinedRelay& joined) { joined.close(1001, "gateway draining"); },
      [](JoinedRelay& joined) { joined.client.endWhenSent(); },
      [](JoinedRelay& joined) { joined.client.reset(); },
      [](JoinedRelay& joined) { joined.client.send(frameOf(Side::kClient, 0x83, 5)); },
      [](JoinedRelay& joined) {
        joined.client.send(closeFrameOf(Side::kClient, 1000));
        joined.upstream.send(closeFrameOf(Side::kUpstream, 1000));
      },
  };
  for (const auto& enter : states) {
    for (int turns = 0; turns < 12; turns += 3) {
      JoinedRelay joined;
      enter(joined);
      joined.turns(turns);
      joined.relay.destroy();
      joined.relay.destroy();
      joined.close(1001, "too late");
      joined.untilEnd();
      joined.close(1001, "too late");
    }
  }
}

TEST_CASE("writes of one byte at a time do not change the relayed bytes") {
  JoinedRelay joined;
  int turn = 0;
  const WriteFaults faults(joined.descriptors[1], [&turn](size_t) -> ssize_t {
    turn += 1;
    return turn % 5 == 0 ? -EAGAIN : turn % 9 == 0 ? -ENOBUFS : 1 + turn % 3;
  });
  const Bytes sent = streamOf(Side::kClient, 30'000, 3);
  joined.client.send(sent);
  joined.until([&] { return joined.upstream.received.size() == sent.size(); });
  CHECK(joined.upstream.received == sent);
}
