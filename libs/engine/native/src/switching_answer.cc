#include "switching_answer.h"

#include <algorithm>
#include <array>

#include "header_line.h"

namespace sluice {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kStatus = "HTTP/1.1 101";
constexpr std::string_view kDeflate = "permessage-deflate";
constexpr size_t kMaxExtensionBytes = 256;

// Fields of a connection (RFC 9110 §7.6.1), those that describe a body, and `Alt-Svc` are not passed on.
constexpr std::array<std::string_view, 9> kUnusualNames = {
    "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te",
    "trailer",    "transfer-encoding",  "content-length",      "alt-svc"};

bool isUnusual(std::string_view name) {
  for (const std::string_view unusual : kUnusualNames) {
    if (equalsLower(name, unusual)) return true;
  }
  return false;
}

// `HTTP/1.1 101`, alone or with a space and a reason phrase.
bool isSwitchingLine(std::string_view line) {
  if (line.substr(0, kStatus.size()) != kStatus) return false;
  return line.size() == kStatus.size() || line[kStatus.size()] == ' ';
}

bool isOffered(std::string_view protocol, std::string_view offered) {
  if (protocol.empty()) return false;
  for (size_t at = 0; at <= offered.size();) {
    const size_t end = std::min(offered.find(',', at), offered.size());
    if (offered.substr(at, end - at) == protocol) return true;
    at = end + 1;
  }
  return false;
}

// One element without quotes, so that no reader can find another name in it.
bool isDeflate(std::string_view extensions) {
  if (extensions.size() > kMaxExtensionBytes) return false;
  const std::string_view name = extensions.substr(0, extensions.find(';'));
  return equalsLower(name, kDeflate) && extensions.find_first_of(",\"\\") == std::string_view::npos;
}

/// The fields that an answer may have once.
struct Seen {
  bool upgrade = false;
  bool connection = false;
  bool accept = false;

  bool areAll() const { return upgrade && connection && accept; }
};

bool takeOnce(bool* seen, bool isRight) {
  const bool isFirst = !*seen;
  *seen = true;
  return isFirst && isRight;
}

bool takeField(const HeaderLine& field, const SwitchingOffer& offer, Seen* seen, SwitchingAnswer* answer) {
  const auto [name, value] = field;
  if (equalsLower(name, "upgrade")) return takeOnce(&seen->upgrade, equalsLower(value, "websocket"));
  if (equalsLower(name, "connection")) return takeOnce(&seen->connection, equalsLower(value, "upgrade"));
  if (isUnusual(name)) return false;
  if (equalsLower(name, "sec-websocket-accept")) {
    if (!takeOnce(&seen->accept, value == offer.accept)) return false;
  } else if (equalsLower(name, "sec-websocket-protocol")) {
    if (!answer->protocol.empty() || !isOffered(value, offer.protocols)) return false;
    answer->protocol = value;
  } else if (equalsLower(name, "sec-websocket-extensions")) {
    if (!answer->extensions.empty() || !offer.mayCompress || !isDeflate(value)) return false;
    answer->extensions = value;
  }
  answer->fields.append(name).append(": ").append(value).append(kLineEnd);
  return true;
}

}  // namespace

bool readSwitchingAnswer(std::string_view head, const SwitchingOffer& offer, SwitchingAnswer* answer) {
  Seen seen;
  bool isFirst = true;
  answer->fields.reserve(head.size());
  while (!head.empty()) {
    const size_t end = head.find(kLineEnd);
    if (end == std::string_view::npos) return false;
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(end + kLineEnd.size());
    if (!isFieldText(line)) return false;
    if (line.empty()) return head.empty() && !isFirst && seen.areAll();
    HeaderLine field;
    const bool isTaken =
        isFirst ? isSwitchingLine(line) : readHeaderLine(line, &field) && takeField(field, offer, &seen, answer);
    if (!isTaken) return false;
    isFirst = false;
  }
  return false;
}

std::string composeSwitchingAnswer(const SwitchingAnswer& answer, std::string_view extraFields) {
  constexpr std::string_view kStart =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";
  std::string head;
  head.reserve(kStart.size() + answer.fields.size() + extraFields.size() + kLineEnd.size());
  head.append(kStart).append(answer.fields).append(extraFields).append(kLineEnd);
  return head;
}

}  // namespace sluice
