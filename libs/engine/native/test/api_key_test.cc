#include "../src/api_key.h"

#include <doctest/doctest.h>

#include <string>

using namespace sluice;

namespace {

const std::u16string kKey = u"slc_2SqBibvlneCk_czNADt7ruulLkl3qSpoJ2BLRogb5pzd0NgK7MqqGt5i2M28zd";
const std::string kHash = "4476979606b56d736f7f512956d542612e3f0e3f456ac247774998be8a718be0";

std::u16string keyWith(size_t index, char16_t unit) {
  std::u16string changed = kKey;
  changed[index] = unit;
  return changed;
}

}  // namespace

TEST_CASE("a key has the secret of its hash") { CHECK(hasSecret(kKey, kHash)); }

TEST_CASE("a key has no secret of another hash, wherever the hashes differ") {
  for (size_t index = 0; index < kHash.size(); index += 1) {
    std::string other = kHash;
    other[index] = other[index] == '0' ? '1' : '0';
    CHECK_FALSE(hasSecret(kKey, other));
  }
  CHECK_FALSE(hasSecret(kKey, ""));
  CHECK_FALSE(hasSecret(kKey, kHash.substr(1)));
  CHECK_FALSE(hasSecret(kKey, kHash + "0"));
}

TEST_CASE("a key with one mistyped character has no secret") {
  for (size_t index = 0; index < kKey.size(); index += 1) {
    CHECK_FALSE(hasSecret(keyWith(index, kKey[index] == u'A' ? u'B' : u'A'), kHash));
    CHECK_FALSE(hasSecret(keyWith(index, u'-'), kHash));
    // Its low byte is the right character.
    CHECK_FALSE(hasSecret(keyWith(index, static_cast<char16_t>(kKey[index] + 0x100)), kHash));
  }
}

TEST_CASE("a text of another length is no key") {
  CHECK_FALSE(hasSecret(u"", kHash));
  CHECK_FALSE(hasSecret(kKey.substr(0, kKey.size() - 1), kHash));
  CHECK_FALSE(hasSecret(kKey + u"0", kHash));
}
