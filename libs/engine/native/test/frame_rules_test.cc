#include "../src/frame_rules.h"

#include <doctest/doctest.h>

#include "../src/frame_header.h"
#include "frames.h"

using namespace sluice;

namespace {

constexpr ReservedBits kAllReservedBits[] = {ReservedBits::kNone, ReservedBits::kPerMessageCompressed,
                                             ReservedBits::kAny};
constexpr NextData kEachNextData[] = {NextData::kNewMessage, NextData::kContinuation, NextData::kNone};

uint8_t maskBitOf(Side sender) { return sender == Side::kClient ? kMaskBit : 0; }

/// Whether a short frame with this first byte, and the mask bit of its sender, is forbidden.
bool forbids(Side sender, uint8_t first, NextData next, ReservedBits reservedBits = ReservedBits::kNone) {
  return FrameRules(sender, reservedBits).forbid(first, maskBitOf(sender) | 5, 5, next);
}

/// Whether a binary frame with its length in this form is forbidden.
bool forbidsLength(uint64_t length, int bits) {
  const Bytes header = headerOf(Side::kUpstream, 0x82, length, bits);
  return FrameRules(Side::kUpstream, ReservedBits::kNone)
      .forbid(header[0], header[1], payloadBytesAt(header.data()), NextData::kNewMessage);
}

}  // namespace

TEST_CASE("the frames of a client must be masked, and those of an upstream must not") {
  for (const uint8_t first : {0x81, 0x82, 0x88, 0x89, 0x8a}) {
    for (const Side sender : kBothSides) {
      const FrameRules rules(sender, ReservedBits::kNone);
      CHECK_FALSE(rules.forbid(first, maskBitOf(sender), 0, NextData::kNewMessage));
      CHECK(rules.forbid(first, maskBitOf(otherSide(sender)), 0, NextData::kNewMessage));
    }
  }
}

TEST_CASE("only the six opcodes that RFC 6455 defines are allowed") {
  for (const Side sender : kBothSides) {
    for (const ReservedBits reservedBits : kAllReservedBits) {
      for (uint8_t opcode = 0; opcode < 16; opcode += 1) {
        const bool isKnown = opcode <= 2 || (opcode >= 8 && opcode <= 10);
        const NextData next = opcode == 0 ? NextData::kContinuation : NextData::kNewMessage;
        CHECK(forbids(sender, kFinalBit | opcode, next, reservedBits) != isKnown);
      }
    }
  }
}

TEST_CASE("only the reserved bits of the connection's extensions are allowed") {
  for (const uint8_t opcode :
       {kOpcodeContinuation, kOpcodeText, kOpcodeBinary, kOpcodeClose, kOpcodePing, kOpcodePong}) {
    const NextData next = opcode == kOpcodeContinuation ? NextData::kContinuation : NextData::kNewMessage;
    for (uint8_t reserved = 0x10; reserved <= 0x70; reserved += 0x10) {
      const uint8_t first = kFinalBit | reserved | opcode;
      const bool isCompressedStart = reserved == 0x40 && (opcode == kOpcodeText || opcode == kOpcodeBinary);
      CHECK(forbids(Side::kClient, first, next, ReservedBits::kNone));
      CHECK(forbids(Side::kClient, first, next, ReservedBits::kPerMessageCompressed) != isCompressedStart);
      CHECK_FALSE(forbids(Side::kClient, first, next, ReservedBits::kAny));
    }
  }
}

TEST_CASE("a length must be written in its shortest form") {
  for (const uint64_t length : {0, 125}) {
    CHECK_FALSE(forbidsLength(length, 7));
    CHECK(forbidsLength(length, 16));
    CHECK(forbidsLength(length, 64));
  }
  for (const uint64_t length : {126, 65535}) {
    CHECK_FALSE(forbidsLength(length, 16));
    CHECK(forbidsLength(length, 64));
  }
  CHECK_FALSE(forbidsLength(65536, 64));
}

TEST_CASE("a length of 2^63 or more is forbidden, and a length of 2^63 - 1 is allowed") {
  CHECK_FALSE(forbidsLength((1ull << 63) - 1, 64));
  CHECK(forbidsLength(1ull << 63, 64));
  CHECK(forbidsLength(UINT64_MAX, 64));
}

TEST_CASE("a control frame is at most 125 bytes long and never a fragment") {
  for (const uint8_t opcode : {kOpcodeClose, kOpcodePing, kOpcodePong}) {
    for (const NextData next : kEachNextData) {
      const FrameRules rules(Side::kUpstream, ReservedBits::kNone);
      CHECK_FALSE(rules.forbid(kFinalBit | opcode, 125, 125, next));
      CHECK(rules.forbid(kFinalBit | opcode, 126, 126, next));
      CHECK(rules.forbid(kFinalBit | opcode, 127, 65536, next));
      CHECK(rules.forbid(opcode, 5, 5, next));
    }
  }
}

TEST_CASE("a fragment is followed by a continuation, and a continuation follows only a fragment") {
  for (const uint8_t final : {kFinalBit, uint8_t{0}}) {
    CHECK(forbids(Side::kClient, final | kOpcodeContinuation, NextData::kNewMessage));
    CHECK_FALSE(forbids(Side::kClient, final | kOpcodeContinuation, NextData::kContinuation));
    for (const uint8_t opcode : {kOpcodeText, kOpcodeBinary}) {
      CHECK_FALSE(forbids(Side::kClient, final | opcode, NextData::kNewMessage));
      CHECK(forbids(Side::kClient, final | opcode, NextData::kContinuation));
    }
  }
}

TEST_CASE("after a close frame control frames are allowed, and data frames are not") {
  for (const uint8_t opcode : {kOpcodeContinuation, kOpcodeText, kOpcodeBinary}) {
    CHECK(forbids(Side::kUpstream, kFinalBit | opcode, NextData::kNone));
  }
  for (const uint8_t opcode : {kOpcodeClose, kOpcodePing, kOpcodePong}) {
    CHECK_FALSE(forbids(Side::kUpstream, kFinalBit | opcode, NextData::kNone));
  }
}
