#include "upgrade_field.h"

#include <array>

#include "header_line.h"

namespace sluice {
namespace {

struct NamedKind {
  std::string_view name;
  UpgradeField kind;
};

// Those that TypeScript must see first: they frame a body, belong to the connection, or are read for loops.
constexpr std::array<NamedKind, 35> kNames = {{
    {"host", UpgradeField::kHost},
    {"upgrade", UpgradeField::kUpgrade},
    {"connection", UpgradeField::kConnection},
    {"sec-websocket-key", UpgradeField::kKey},
    {"sec-websocket-version", UpgradeField::kVersion},
    {"sec-websocket-extensions", UpgradeField::kExtensions},
    {"sec-websocket-protocol", UpgradeField::kProtocols},
    {"origin", UpgradeField::kOrigin},
    {"authorization", UpgradeField::kAuthorization},
    {"x-api-key", UpgradeField::kApiKey},
    {"cookie", UpgradeField::kCookie},
    {"via", UpgradeField::kUnusual},
    {"te", UpgradeField::kUnusual},
    {"expect", UpgradeField::kUnusual},
    {"trailer", UpgradeField::kUnusual},
    {"keep-alive", UpgradeField::kUnusual},
    {"content-length", UpgradeField::kUnusual},
    {"http2-settings", UpgradeField::kUnusual},
    {"proxy-connection", UpgradeField::kUnusual},
    {"transfer-encoding", UpgradeField::kUnusual},
    {"proxy-authenticate", UpgradeField::kUnusual},
    {"proxy-authorization", UpgradeField::kUnusual},
    {"forwarded", UpgradeField::kDropped},
    {"forwarded-for", UpgradeField::kDropped},
    {"x-forwarded", UpgradeField::kDropped},
    {"cf-connecting-ip", UpgradeField::kDropped},
    {"client-ip", UpgradeField::kDropped},
    {"true-client-ip", UpgradeField::kDropped},
    {"x-client-ip", UpgradeField::kDropped},
    {"x-cluster-client-ip", UpgradeField::kDropped},
    {"x-real-ip", UpgradeField::kDropped},
    {"x-http-host-override", UpgradeField::kDropped},
    {"x-rewrite-url", UpgradeField::kDropped},
    {"client-cert", UpgradeField::kDropped},
    {"client-cert-chain", UpgradeField::kDropped},
}};

bool startsLower(std::string_view name, std::string_view lower) {
  return name.size() >= lower.size() && equalsLower(name.substr(0, lower.size()), lower);
}

}  // namespace

UpgradeField upgradeFieldOf(std::string_view name) {
  for (const NamedKind& named : kNames) {
    if (equalsLower(name, named.name)) return named.kind;
  }
  if (startsLower(name, "x-forwarded-") || startsLower(name, "x-original-")) return UpgradeField::kDropped;
  return startsLower(name, "sec-websocket-") ? UpgradeField::kUnusual : UpgradeField::kForwarded;
}

}  // namespace sluice
