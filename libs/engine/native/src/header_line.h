#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sluice {

/// A header field as it was received: the value without the white space around it (RFC 9112 §5.1).
struct HeaderLine {
  std::string_view name;
  std::string_view value;
};

/// Splits a line without its end. Returns false if its name is no token directly before the colon (RFC 9110 §5.6.2).
bool readHeaderLine(std::string_view line, HeaderLine* field);

/// Whether all bytes are tabs, visible ASCII, spaces, or bytes above ASCII, which RFC 9110 §5.5 calls obs-text.
bool isFieldText(std::string_view text);

/// Compares ASCII texts without regard to letter case. `lower` is in lower case.
bool equalsLower(std::string_view text, std::string_view lower);

}  // namespace sluice
