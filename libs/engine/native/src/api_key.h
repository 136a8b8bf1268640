#pragma once

#include <cstddef>
#include <string_view>

namespace sluice {

constexpr size_t kApiKeyLength = 66;

/// The hexadecimal digits of a SHA-256.
constexpr size_t kSecretHashLength = 64;

/// Whether a text is an API key with its checksum whose secret has this SHA-256, in hexadecimal. It takes the same time
/// for each `secretHash` of this length. libs/credentials/api-key.ts has the format of a key.
bool hasSecret(std::u16string_view text, std::string_view secretHash);

}  // namespace sluice
