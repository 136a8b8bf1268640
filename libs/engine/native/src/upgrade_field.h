#pragma once

#include <string_view>

namespace sluice {

/// The kinds of fields in an upgrade request, by what is done with them.
enum class UpgradeField {
  kForwarded,
  kDropped,
  kUnusual,
  kHost,
  kUpgrade,
  kConnection,
  kKey,
  kVersion,
  kOrigin,
  kAuthorization,
  kApiKey,
  kProtocols,
  kExtensions,
  kCookie,
};

/// Returns the kind of a field by its name, in any letter case.
UpgradeField upgradeFieldOf(std::string_view name);

}  // namespace sluice
