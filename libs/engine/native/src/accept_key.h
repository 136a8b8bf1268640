#pragma once

#include <string>
#include <string_view>

namespace sluice {

/// The `Sec-WebSocket-Accept` for a `Sec-WebSocket-Key` (RFC 6455 §4.2.2, step 5.4).
std::string acceptKeyOf(std::string_view key);

}  // namespace sluice
