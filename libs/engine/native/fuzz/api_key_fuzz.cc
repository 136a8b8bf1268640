#include <cstdlib>
#include <string>
#include <string_view>

#include "../src/api_key.h"

using namespace sluice;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

// The input is a hash, and the text behind it. An accepted key is refused as soon as a character of either is another.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const size_t hashLength = size < kSecretHashLength ? size : kSecretHashLength;
  // Copies of the exact size, so that the sanitizer sees a read behind them.
  std::string hash(data, data + hashLength);
  std::u16string text(data + hashLength, data + size);
  if (!hasSecret(text, hash)) return 0;
  require(text.size() == kApiKeyLength && text.compare(0, 4, u"slc_") == 0 && hash.size() == kSecretHashLength);
  for (char16_t& unit : text) {
    unit ^= 1;
    require(!hasSecret(text, hash));
    unit ^= 1;
  }
  for (char& digit : hash) {
    digit = static_cast<char>(digit ^ 1);
    require(!hasSecret(text, hash));
    digit = static_cast<char>(digit ^ 1);
  }
  require(hasSecret(text, hash));
  return 0;
}
