#include "../src/tap.h"

#include <doctest/doctest.h>

#include <cstring>
#include <vector>

#include "frames.h"

using namespace sluice;

namespace {

struct TapRecord {
  Tap::Kind kind;
  Side side;
  uint8_t firstByte;
  bool isMasked;
  uint32_t slot;
  double payloadLength;
  Bytes mask;
  Bytes bytes;
};

std::vector<TapRecord> recordsOf(const Tap& tap) {
  std::vector<TapRecord> records;
  for (size_t offset = 0; offset < tap.length();) {
    const uint8_t* at = tap.bytes() + offset;
    TapRecord record{
        static_cast<Tap::Kind>(at[0]), static_cast<Side>(at[1]), at[2], at[3] == 1, 0, 0, Bytes(at + 12, at + 16), {}};
    uint32_t length = 0;
    std::memcpy(&record.slot, at + 4, 4);
    std::memcpy(&length, at + 8, 4);
    std::memcpy(&record.payloadLength, at + 16, 8);
    record.bytes.assign(at + Tap::kHeaderBytes, at + Tap::kHeaderBytes + length);
    records.push_back(record);
    offset += Tap::kHeaderBytes + (length + 7) / 8 * 8;
  }
  return records;
}

std::vector<Tap::Kind> kindsOf(const Tap& tap) {
  std::vector<Tap::Kind> kinds;
  for (const TapRecord& record : recordsOf(tap)) kinds.push_back(record.kind);
  return kinds;
}

constexpr Tap::Kind kFrame = Tap::Kind::kFrame;
constexpr Tap::Kind kPayload = Tap::Kind::kPayload;
constexpr Tap::Kind kFrameEnd = Tap::Kind::kFrameEnd;
constexpr Tap::Kind kOmitted = Tap::Kind::kOmitted;

void pass(TapEnd& end, const Bytes& payload, const uint8_t* mask = nullptr) {
  end.onFrame(0x82, payload.size(), mask);
  if (!payload.empty()) end.onPayload(payload.data(), payload.size());
  end.onFrameEnd();
}

}  // namespace

TEST_CASE("a frame is copied as it is on the wire, with its mask, its side and its connection") {
  Tap tap;
  TapEnd end(Side::kUpstream);
  end.attach(&tap, 77);
  end.onFrame(0x81, 5, kTestMask.data());
  end.onPayload(bytesOf("hel").data(), 3);
  end.onPayload(bytesOf("lo").data(), 2);
  end.onFrameEnd();
  const std::vector<TapRecord> records = recordsOf(tap);
  REQUIRE(kindsOf(tap) == std::vector<Tap::Kind>{kFrame, kPayload, kPayload, kFrameEnd});
  CHECK(records[0].firstByte == 0x81);
  CHECK(records[0].isMasked);
  CHECK(records[0].mask == Bytes(kTestMask.begin(), kTestMask.end()));
  CHECK(records[0].payloadLength == 5);
  CHECK(records[1].bytes == bytesOf("hel"));
  CHECK(records[2].bytes == bytesOf("lo"));
  for (const TapRecord& record : records) {
    CHECK(record.slot == 77);
    CHECK(record.side == Side::kUpstream);
  }
}

TEST_CASE("no more than the bound is copied of a long payload") {
  Tap tap;
  TapEnd end(Side::kClient);
  end.attach(&tap, 1);
  pass(end, Bytes(Tap::kMaxPayloadBytes + 1000, 7));
  size_t copied = 0;
  for (const TapRecord& record : recordsOf(tap)) copied += record.bytes.size();
  CHECK(copied == Tap::kMaxPayloadBytes);
}

TEST_CASE("a full tap omits frames, never writes beyond its memory, and copies frames again after it is cleared") {
  Tap tap;
  TapEnd end(Side::kClient);
  end.attach(&tap, 1);
  for (int count = 0; count < 3000; count += 1) pass(end, Bytes(static_cast<size_t>(count) % 3000, 7));
  CHECK(tap.length() <= Tap::kCapacity);
  tap.clear();
  pass(end, bytesOf("again"));
  CHECK(kindsOf(tap) == std::vector<Tap::Kind>{kFrame, kPayload, kFrameEnd});
}

TEST_CASE("a frame that does not fit whole is reported as omitted") {
  Tap tap;
  TapEnd end(Side::kClient);
  end.attach(&tap, 1);
  end.onFrame(0x82, 2'000'000, nullptr);
  const Bytes part(60'000, 7);
  TapEnd other(Side::kUpstream);
  other.attach(&tap, 2);
  for (int count = 0; count < 17; count += 1) pass(other, part);
  end.onPayload(part.data(), part.size());
  end.onPayload(part.data(), part.size());
  end.onFrameEnd();
  CHECK(kindsOf(tap).back() == kOmitted);
}

TEST_CASE("a frame during which the tap was detached and attached again is reported as omitted") {
  Tap tap;
  TapEnd end(Side::kClient);
  end.attach(&tap, 1);
  end.onFrame(0x82, 10, nullptr);
  end.onPayload(bytesOf("hello").data(), 5);
  end.attach(nullptr, 1);
  end.onPayload(bytesOf("lost").data(), 4);
  end.attach(&tap, 1);
  end.onPayload(bytesOf("!").data(), 1);
  end.onFrameEnd();
  CHECK(kindsOf(tap) == std::vector<Tap::Kind>{kFrame, kPayload, kOmitted});
  pass(end, bytesOf("next"));
  CHECK(kindsOf(tap).back() == kFrameEnd);
}

TEST_CASE("nothing is copied while no tap is attached") {
  TapEnd end(Side::kClient);
  pass(end, bytesOf("unseen"));
  Tap tap;
  CHECK(tap.length() == 0);
}
