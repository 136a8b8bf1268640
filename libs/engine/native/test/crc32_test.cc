#include "../src/crc32.h"

#include <doctest/doctest.h>

#include <string_view>

using namespace sluice;

namespace {

uint32_t crc32OfText(std::string_view text) {
  return crc32Of(reinterpret_cast<const uint8_t*>(text.data()), text.size());
}

}  // namespace

TEST_CASE("a CRC-32 is that of zlib") {
  CHECK(crc32OfText("") == 0);
  CHECK(crc32OfText("123456789") == 0xcbf43926);
  CHECK(crc32OfText("\xff\x80") == 0x3f456cad);
}
