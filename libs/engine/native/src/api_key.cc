#include "api_key.h"

#include <array>
#include <cstdint>

#include "crc32.h"
#include "sha256.h"

namespace sluice {
namespace {

// slc_ | public part | _ | secret | checksum
constexpr std::string_view kPrefix = "slc_";
constexpr size_t kSeparatorAt = kPrefix.size() + 12;
constexpr size_t kSecretAt = kSeparatorAt + 1;
constexpr size_t kChecksumAt = kSecretAt + 43;
static_assert(kChecksumAt + 6 == kApiKeyLength);

constexpr uint8_t kNoDigit = 0xff;

constexpr std::array<uint8_t, 128> base62Digits() {
  std::array<uint8_t, 128> digits{};
  for (uint8_t& digit : digits) digit = kNoDigit;
  uint8_t value = 0;
  for (const std::u16string_view range : {u"09", u"AZ", u"az"}) {
    for (char16_t unit = range[0]; unit <= range[1]; unit += 1) digits[unit] = value++;
  }
  return digits;
}

constexpr std::array<uint8_t, 128> kBase62Digits = base62Digits();

uint8_t digitOf(char16_t unit) { return unit < kBase62Digits.size() ? kBase62Digits[unit] : kNoDigit; }

bool hasForm(std::u16string_view text) {
  if (text.size() != kApiKeyLength || text[kSeparatorAt] != u'_') return false;
  for (size_t index = 0; index < kPrefix.size(); index += 1) {
    if (text[index] != static_cast<char16_t>(kPrefix[index])) return false;
  }
  for (size_t index = kPrefix.size(); index < text.size(); index += 1) {
    if (index != kSeparatorAt && digitOf(text[index]) == kNoDigit) return false;
  }
  return true;
}

uint64_t checksumIn(std::u16string_view key) {
  uint64_t value = 0;
  for (const char16_t unit : key.substr(kChecksumAt)) value = value * 62 + digitOf(unit);
  return value;
}

// In constant time: each digit is compared, whatever the digits before it are.
bool isSameHash(const std::array<uint8_t, 32>& digest, std::string_view hash) {
  constexpr char kHexDigits[] = "0123456789abcdef";
  if (hash.size() != kSecretHashLength) return false;
  int difference = 0;
  for (size_t index = 0; index < digest.size(); index += 1) {
    difference |= kHexDigits[digest[index] >> 4] ^ hash[2 * index];
    difference |= kHexDigits[digest[index] & 15] ^ hash[2 * index + 1];
  }
  return difference == 0;
}

}  // namespace

bool hasSecret(std::u16string_view text, std::string_view secretHash) {
  if (!hasForm(text)) return false;
  uint8_t bytes[kChecksumAt];
  for (size_t index = 0; index < kChecksumAt; index += 1) bytes[index] = static_cast<uint8_t>(text[index]);
  if (checksumIn(text) != crc32Of(bytes, kChecksumAt)) return false;
  return isSameHash(sha256Of(bytes + kSecretAt, kChecksumAt - kSecretAt), secretHash);
}

}  // namespace sluice
