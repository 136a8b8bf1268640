#include "header_line.h"

#include <array>

namespace sluice {
namespace {

constexpr std::array<bool, 256> tokenBytes() {
  std::array<bool, 256> bytes{};
  for (const char mark : std::string_view("!#$%&'*+-.^_`|~")) bytes[static_cast<uint8_t>(mark)] = true;
  for (int byte = '0'; byte <= '9'; byte += 1) bytes[static_cast<size_t>(byte)] = true;
  for (int byte = 'a'; byte <= 'z'; byte += 1) bytes[static_cast<size_t>(byte)] = true;
  for (int byte = 'A'; byte <= 'Z'; byte += 1) bytes[static_cast<size_t>(byte)] = true;
  return bytes;
}

constexpr std::array<bool, 256> kTokenBytes = tokenBytes();

bool isToken(std::string_view text) {
  for (const char byte : text) {
    if (!kTokenBytes[static_cast<uint8_t>(byte)]) return false;
  }
  return !text.empty();
}

bool isWhiteSpace(char byte) { return byte == ' ' || byte == '\t'; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && isWhiteSpace(text.front())) text.remove_prefix(1);
  while (!text.empty() && isWhiteSpace(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace

bool readHeaderLine(std::string_view line, HeaderLine* field) {
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) return false;
  field->name = line.substr(0, colon);
  field->value = trimmed(line.substr(colon + 1));
  return isToken(field->name);
}

bool isFieldText(std::string_view text) {
  for (const char byte : text) {
    const auto code = static_cast<uint8_t>(byte);
    if ((code < 0x20 && code != '\t') || code == 0x7f) return false;
  }
  return true;
}

bool equalsLower(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) return false;
  for (size_t index = 0; index < text.size(); index += 1) {
    const char byte = text[index];
    if ((byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte + 32) : byte) != lower[index]) return false;
  }
  return true;
}

}  // namespace sluice
