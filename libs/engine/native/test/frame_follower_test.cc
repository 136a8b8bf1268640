#include "../src/frame_follower.h"

#include <doctest/doctest.h>

#include <random>

#include "following.h"
#include "frames.h"

using namespace sluice;

namespace {

constexpr uint64_t kLongest = (1ull << 63) - 1;

struct Followed {
  explicit Followed(Side sender, ReservedBits reservedBits = ReservedBits::kNone)
      : follower(FrameRules(sender, reservedBits), &counters) {}

  Counters counters;
  FrameFollower follower;
};

class OpenGate final : public FrameGate {
 public:
  bool mayPass(const uint8_t* at, size_t available) override {
    seen.push_back(*at);
    availables.push_back(available);
    return seen.size() > closedFor;
  }

  size_t closedFor = 0;
  Bytes seen;
  std::vector<size_t> availables;
};

using Random = std::mt19937;

size_t below(Random& random, size_t bound) { return random() % bound; }

size_t anyLength(Random& random) {
  constexpr size_t kEdges[] = {0, 125, 126, 127, 65535, 65536};
  return below(random, 4) == 0 ? kEdges[below(random, 6)] : below(random, 200);
}

/// A message in up to four fragments, some with a ping before each of them.
void appendMessage(Bytes& bytes, Side sender, Random& random) {
  const bool hasPings = below(random, 2) == 0;
  const size_t fragments = 1 + below(random, 4);
  for (size_t index = 0; index < fragments; index += 1) {
    const uint8_t opcode = index > 0 ? kOpcodeContinuation : below(random, 2) == 0 ? kOpcodeText : kOpcodeBinary;
    const uint8_t final = index + 1 == fragments ? kFinalBit : 0;
    if (hasPings) bytes = concat({bytes, frameOf(sender, kFinalBit | kOpcodePing, 5)});
    bytes = concat({bytes, frameOf(sender, final | opcode, anyLength(random))});
  }
}

std::vector<size_t> anySizes(Random& random) {
  std::vector<size_t> sizes(1 + below(random, 12));
  for (size_t& size : sizes) size = 1 + below(random, below(random, 2) == 0 ? 8 : 70000);
  return sizes;
}

}  // namespace

TEST_CASE("whole messages pass unchanged and are counted, with any fragments, chunking and limits") {
  Random random(1);
  for (int run = 0; run < 100; run += 1) {
    const Side sender = kBothSides[below(random, 2)];
    const size_t messages = below(random, 5);
    Bytes bytes;
    for (size_t index = 0; index < messages; index += 1) appendMessage(bytes, sender, random);
    Followed followed(sender);
    Following following(followed.follower, below(random, 2) == 0 ? std::vector<size_t>{} : anySizes(random));
    following.pushInChunks(bytes, anySizes(random));
    CHECK(following.passed() == bytes);
    CHECK(followed.counters.messages == messages);
    CHECK(followed.follower.isAtBoundary());
    CHECK(followed.follower.violation() == FrameViolation::kNone);
  }
}

TEST_CASE("everything before a forbidden frame passes, and neither the frame nor anything after it does") {
  Random random(2);
  for (int run = 0; run < 100; run += 1) {
    constexpr uint8_t kUnknownOpcodes[] = {3, 7, 11, 15};
    const Side sender = kBothSides[below(random, 2)];
    Bytes before;
    for (size_t left = below(random, 4); left > 0; left -= 1) appendMessage(before, sender, random);
    const Bytes forbidden = frameOf(sender, kFinalBit | kUnknownOpcodes[below(random, 4)], 5000);
    Followed followed(sender);
    Following following(followed.follower);
    following.pushInChunks(concat({before, forbidden, before}), anySizes(random));
    CHECK(followed.follower.violation() == FrameViolation::kProtocolError);
    CHECK(following.passed() == before);
    CHECK(followed.follower.isAtBoundary());
    CHECK(followed.follower.push(before.data(), before.size()) == 0);
  }
}

TEST_CASE("a cut at any byte changes neither the relayed bytes nor the counters") {
  for (const Side sender : kBothSides) {
    const Bytes bytes = concat({frameOf(sender, kOpcodeText, 3), frameOf(sender, kFinalBit | kOpcodePing, 4),
                                frameOf(sender, kFinalBit, 300), frameOf(sender, kFinalBit | kOpcodeBinary, size_t{0}),
                                frameOf(sender, kFinalBit | kOpcodeBinary, 66000), closeFrameOf(sender, 4321, "bye")});
    for (size_t cut = 0; cut < bytes.size(); cut += cut < 400 || cut > 66300 ? 1 : 997) {
      Followed followed(sender);
      Following following(followed.follower);
      following.push(bytes.data(), cut);
      following.push(bytes.data() + cut, bytes.size() - cut);
      REQUIRE(following.passed() == bytes);
      REQUIRE(followed.counters.frames == 6);
      REQUIRE(followed.counters.controlFrames == 2);
      REQUIRE(followed.counters.messages == 3);
      REQUIRE(followed.follower.closeCode() == 4321);
    }
  }
}

TEST_CASE("a header passes whole or not at all, and a direction is at a boundary until it has passed") {
  const Bytes frame = frameOf(Side::kClient, 0x81, 300);
  const size_t headerBytes = 8;
  for (size_t cut = 0; cut <= frame.size(); cut += 1) {
    Followed followed(Side::kClient);
    const Bytes part = partOf(frame, 0, cut);
    CHECK(followed.follower.push(part.data(), part.size()) == (cut < headerBytes ? 0 : cut));
    CHECK(followed.follower.isAtBoundary() == (cut < headerBytes || cut == frame.size()));
  }
}

TEST_CASE("no more than the limit passes, except for the end of a header") {
  const Bytes frame = frameOf(Side::kClient, 0x81, 300);
  const Bytes rest = concat({partOf(frame, 108, frame.size()), frame});
  Followed followed(Side::kClient);
  CHECK(followed.follower.push(frame.data(), frame.size(), 3) == 8);
  CHECK(followed.follower.push(frame.data() + 8, frame.size() - 8, 100) == 100);
  CHECK(followed.follower.push(rest.data(), rest.size(), 0) == 0);
  CHECK(followed.follower.push(rest.data(), rest.size(), 201) == 208);
}

TEST_CASE("the gate decides before each frame with a whole header, and again for a frame that it has stopped") {
  const Bytes frame = frameOf(Side::kClient, 0x82, 10);
  Followed followed(Side::kClient);
  followed.follower.push(frame.data(), 8);
  OpenGate gate;
  gate.closedFor = 1;
  const Bytes rest = concat({partOf(frame, 8, frame.size()), frame});
  CHECK(followed.follower.push(rest.data(), rest.size(), rest.size(), &gate) == frame.size() - 8);
  CHECK(followed.follower.isAtBoundary());
  CHECK(followed.follower.push(frame.data(), 5, 5, &gate) == 0);
  CHECK(followed.follower.push(frame.data(), frame.size(), frame.size(), &gate) == frame.size());
  CHECK(gate.seen == Bytes{0x82, 0x82});
  CHECK(gate.availables == std::vector<size_t>{frame.size(), frame.size()});
  CHECK(followed.follower.push(frame.data(), frame.size()) == frame.size());
}

TEST_CASE("the code of a close frame is read byte by byte, from both sides") {
  for (const Side sender : kBothSides) {
    Followed followed(sender);
    Following following(followed.follower);
    const Bytes frame = closeFrameOf(sender, 4321, "because");
    following.pushInChunks(partOf(frame, 0, frame.size() - 1), {1});
    CHECK_FALSE(followed.follower.hasClosed());
    CHECK(followed.follower.closeCode() == kNoCloseCode);
    following.push(partOf(frame, frame.size() - 1, frame.size()));
    CHECK(followed.follower.closeCode() == 4321);
    CHECK(followed.follower.isOver());
  }
}

TEST_CASE("a close frame without a whole code is read as 1005") {
  for (const Side sender : kBothSides) {
    for (const size_t length : {0, 1}) {
      Followed followed(sender);
      Following(followed.follower).push(frameOf(sender, 0x88, length));
      CHECK(followed.follower.closeCode() == 1005);
    }
  }
}

TEST_CASE("a close code that no endpoint may send is passed on and noted as it is") {
  for (const int code : {0, 999, 1005, 1006, 1015, 5000, 65535}) {
    Followed followed(Side::kUpstream);
    Following(followed.follower).push(closeFrameOf(Side::kUpstream, code));
    CHECK(followed.follower.closeCode() == code);
    CHECK(followed.follower.violation() == FrameViolation::kNone);
  }
}

TEST_CASE("the first of two close codes is kept, and control frames may follow a close frame until data follows") {
  Followed followed(Side::kClient);
  Following following(followed.follower);
  const Bytes allowed = concat({frameOf(Side::kClient, kOpcodeText, 3), closeFrameOf(Side::kClient, 1000),
                                closeFrameOf(Side::kClient, 1001), frameOf(Side::kClient, 0x8a, 2)});
  following.push(concat({allowed, frameOf(Side::kClient, kFinalBit, 3)}));
  CHECK(following.passed() == allowed);
  CHECK(followed.follower.closeCode() == 1000);
  CHECK(followed.follower.violation() == FrameViolation::kProtocolError);
}

TEST_CASE("a message over its limit is stopped at the header of the frame that makes it too big") {
  Followed followed(Side::kUpstream);
  followed.follower.setMaxMessageBytes(10);
  Following following(followed.follower);
  const Bytes allowed = concat({frameOf(Side::kUpstream, 0x82, 10), frameOf(Side::kUpstream, kOpcodeText, 6),
                                frameOf(Side::kUpstream, 0x89, 100), frameOf(Side::kUpstream, kOpcodeContinuation, 4)});
  following.push(allowed);
  CHECK(following.passed() == allowed);
  following.push(headerOf(Side::kUpstream, kFinalBit, 1));
  CHECK(followed.follower.violation() == FrameViolation::kMessageTooBig);
  CHECK(following.passed() == allowed);
}

TEST_CASE("a lowered limit applies to the current message from its next frame on") {
  Followed followed(Side::kUpstream);
  Following following(followed.follower);
  following.push(frameOf(Side::kUpstream, kOpcodeText, 20));
  followed.follower.setMaxMessageBytes(10);
  following.push(headerOf(Side::kUpstream, kFinalBit, 0));
  CHECK(followed.follower.violation() == FrameViolation::kMessageTooBig);
}

TEST_CASE("a length of 2^63 or more is a protocol error, and a frame of 2^63 - 1 bytes passes") {
  Followed forbidden(Side::kClient);
  const Bytes tooLong = headerOf(Side::kClient, 0x82, kLongest + 1);
  CHECK(forbidden.follower.push(tooLong.data(), tooLong.size()) == 0);
  CHECK(forbidden.follower.violation() == FrameViolation::kProtocolError);

  Followed allowed(Side::kClient);
  const Bytes longest = headerOf(Side::kClient, 0x82, kLongest);
  const Bytes payload(65536, 0x83);
  CHECK(allowed.follower.push(longest.data(), longest.size()) == longest.size());
  for (int chunk = 0; chunk < 100; chunk += 1)
    CHECK(allowed.follower.push(payload.data(), payload.size()) == payload.size());
  CHECK_FALSE(allowed.follower.isAtBoundary());
  CHECK(allowed.counters.frames == 0);
}

TEST_CASE("fragments whose total length does not fit into 64 bits are above every limit, and pass without a limit") {
  for (const bool isLimited : {false, true}) {
    Followed followed(Side::kUpstream);
    if (isLimited) followed.follower.setMaxMessageBytes(UINT64_MAX - 1);
    const uint8_t unread = 0;
    for (int fragment = 0; fragment < 4; fragment += 1) {
      const Bytes header = headerOf(Side::kUpstream, fragment == 0 ? kOpcodeBinary : kOpcodeContinuation, kLongest);
      const bool isOver = isLimited && fragment >= 2;
      REQUIRE(followed.follower.push(header.data(), header.size()) == (isOver ? 0 : header.size()));
      if (isOver) break;
      // Without an observer the payload is not read, so no memory of that size is needed.
      REQUIRE(followed.follower.push(&unread, kLongest) == kLongest);
      REQUIRE(followed.follower.isAtBoundary());
    }
    CHECK((followed.follower.violation() == FrameViolation::kMessageTooBig) == isLimited);
  }
}

TEST_CASE("a million fragments are one message, and their bytes are added up") {
  Followed followed(Side::kClient);
  followed.follower.setMaxMessageBytes(1'000'001);
  const Bytes first = frameOf(Side::kClient, kOpcodeText, 1);
  const Bytes next = frameOf(Side::kClient, kOpcodeContinuation, 1);
  const Bytes last = frameOf(Side::kClient, kFinalBit, 1);
  size_t passed = followed.follower.push(first.data(), first.size());
  Bytes thousand;
  for (int index = 0; index < 1000; index += 1) thousand.insert(thousand.end(), next.begin(), next.end());
  for (int index = 0; index < 1000; index += 1) passed += followed.follower.push(thousand.data(), thousand.size());
  CHECK(passed == first.size() + 1'000'000 * next.size());
  CHECK(followed.counters.messages == 0);
  CHECK(followed.counters.frames == 1'000'001);
  CHECK(followed.follower.push(last.data(), last.size()) == 0);
  CHECK(followed.follower.violation() == FrameViolation::kMessageTooBig);
}

TEST_CASE("an empty input and a limit of zero change nothing") {
  Followed followed(Side::kClient);
  CHECK(followed.follower.push(nullptr, 0) == 0);
  const Bytes frame = textFrame(Side::kClient, "hello");
  CHECK(followed.follower.push(frame.data(), frame.size(), 0) == 0);
  CHECK(followed.follower.isAtBoundary());
  CHECK(followed.follower.push(frame.data(), frame.size()) == frame.size());
}

TEST_CASE("after counting has stopped, frames are still followed and no longer counted") {
  Followed followed(Side::kUpstream);
  Following following(followed.follower);
  following.push(textFrame(Side::kUpstream, "counted"));
  followed.follower.stopCounting();
  following.push(concat({textFrame(Side::kUpstream, "not counted"), closeFrameOf(Side::kUpstream, 1000)}));
  CHECK_FALSE(followed.follower.isCounting());
  CHECK(followed.counters.frames == 1);
  CHECK(followed.counters.messages == 1);
  CHECK(followed.follower.closeCode() == 1000);
}
