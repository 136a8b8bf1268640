#include "../src/accept_key.h"

#include <doctest/doctest.h>

#include <string>

#include "../src/sha1.h"

using namespace sluice;

namespace {

std::string hexOfSha1(const std::string& text) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  for (const uint8_t byte : sha1Of(reinterpret_cast<const uint8_t*>(text.data()), text.size())) {
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 15];
  }
  return hex;
}

}  // namespace

TEST_CASE("the digests of FIPS 180 are computed, also where the padding needs another block") {
  CHECK(hexOfSha1("") == "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  CHECK(hexOfSha1("abc") == "a9993e364706816aba3e25717850c26c9cd0d89d");
  CHECK(hexOfSha1("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
  CHECK(hexOfSha1(std::string(55, 'a')) == "c1c8bbdc22796e28c0e15163d20899b65621d65a");
  CHECK(hexOfSha1(std::string(64, 'a')) == "0098ba824b5c16427bd7a1122a5a442a25ec644d");
  CHECK(hexOfSha1(std::string(1'000'000, 'a')) == "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
}

TEST_CASE("a key is answered as in the example of RFC 6455") {
  CHECK(acceptKeyOf("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}
