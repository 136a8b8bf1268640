#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice {

/// The values that were sent to an upstream. Its answer is checked against them.
struct SwitchingOffer {
  /// The `Sec-WebSocket-Accept` that answers the key.
  std::string accept;
  /// The subprotocols, separated by commas without white space.
  std::string protocols;
  /// Whether `permessage-deflate` is one of the extensions.
  bool mayCompress = false;
};

/// A 101 that can be passed on.
struct SwitchingAnswer {
  /// The selected subprotocol; empty if there is none.
  std::string protocol;
  /// The accepted extension with its parameters; empty if there is none.
  std::string extensions;
  /// The lines for the client, without `Upgrade` and `Connection`.
  std::string fields;
};

/// Reads the head of an answer, which ends with the empty line. It returns true only for the ordinary 101 that every
/// reader accepts and passes on in the same way: one `Upgrade`, one `Connection` that names nothing else, the right
/// `Sec-WebSocket-Accept`, at most one subprotocol and `permessage-deflate` of those offered, and no field that is not
/// passed on. JavaScript reads and judges every other answer (libs/handshake/upstream-answer.ts).
bool readSwitchingAnswer(std::string_view head, const SwitchingOffer& offer, SwitchingAnswer* answer);

/// The head of the 101 for the client. `extraFields` are further lines, each with its end.
std::string composeSwitchingAnswer(const SwitchingAnswer& answer, std::string_view extraFields);

}  // namespace sluice
