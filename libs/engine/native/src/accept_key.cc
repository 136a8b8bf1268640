#include "accept_key.h"

#include <array>
#include <cstdint>

#include "sha1.h"

namespace sluice {
namespace {

constexpr std::string_view kGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::string acceptKeyOf(std::string_view key) {
  std::string text(key);
  text += kGuid;
  const std::array<uint8_t, 20> digest = sha1Of(reinterpret_cast<const uint8_t*>(text.data()), text.size());
  std::string accept;
  accept.reserve(28);
  // The last group has two bytes, and is padded.
  for (size_t at = 0; at < digest.size(); at += 3) {
    const bool isWhole = at + 2 < digest.size();
    const uint32_t group = static_cast<uint32_t>(digest[at]) << 16 | static_cast<uint32_t>(digest[at + 1]) << 8 |
                           (isWhole ? digest[at + 2] : 0U);
    accept += kBase64[group >> 18];
    accept += kBase64[group >> 12 & 63];
    accept += kBase64[group >> 6 & 63];
    accept += isWhole ? kBase64[group & 63] : '=';
  }
  return accept;
}

}  // namespace sluice
