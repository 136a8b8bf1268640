#include "../src/frame_header.h"

#include <doctest/doctest.h>

#include "frames.h"

using namespace sluice;

namespace {

struct LengthForm {
  uint64_t length;
  int bits;
};

constexpr LengthForm kForms[] = {
    {0, 7}, {125, 7}, {126, 16}, {65535, 16}, {65536, 64}, {1ull << 32, 64}, {(1ull << 63) - 1, 64}};

}  // namespace

TEST_CASE("a header is complete with its last byte, in each form of the length") {
  for (const Side sender : kBothSides) {
    for (const auto& [length, bits] : kForms) {
      const Bytes header = headerOf(sender, 0x82, length, bits);
      for (size_t available = 0; available < header.size(); available += 1) {
        // The memory is as large as the input, so that a read beyond its end is detected.
        const Bytes part = partOf(header, 0, available);
        CHECK(headerBytesAt(part.data(), part.size()) == 0);
      }
      CHECK(headerBytesAt(header.data(), header.size()) == header.size());
      CHECK(headerBytesAt(header.data(), SIZE_MAX) == header.size());
    }
  }
}

TEST_CASE("the length in a header is read in each of its forms") {
  for (const Side sender : kBothSides) {
    for (const auto& [length, bits] : kForms)
      CHECK(payloadBytesAt(headerOf(sender, 0x82, length, bits).data()) == length);
  }
}

TEST_CASE("a length in a longer form than necessary is read as written") {
  CHECK(payloadBytesAt(headerOf(Side::kUpstream, 0x82, 5, 16).data()) == 5);
  CHECK(payloadBytesAt(headerOf(Side::kUpstream, 0x82, 5, 64).data()) == 5);
}

TEST_CASE("a length of 2^63 or more is read as the forbidden length") {
  for (const uint64_t length : {uint64_t{1} << 63, (uint64_t{1} << 63) + 1, UINT64_MAX - 1, UINT64_MAX}) {
    CHECK(payloadBytesAt(headerOf(Side::kClient, 0x82, length, 64).data()) == kForbiddenLength);
  }
}

TEST_CASE("the mask is the last four bytes of a header, and there is none without the mask bit") {
  for (const auto& [length, bits] : kForms) {
    const Bytes masked = headerOf(Side::kClient, 0x82, length, bits);
    CHECK(maskAt(masked.data(), masked.size()) == masked.data() + masked.size() - 4);
    const Bytes plain = headerOf(Side::kUpstream, 0x82, length, bits);
    CHECK(maskAt(plain.data(), plain.size()) == nullptr);
  }
}
