#include "upstream_exchange.h"

#include <algorithm>

namespace sluice {
namespace {

constexpr std::string_view kEndOfHead = "\r\n\r\n";
constexpr std::string_view kSwitching = "HTTP/1.1 101";
// As in libs/handshake/upstream-answer.ts.
constexpr size_t kMaxHeadBytes = 16384;

bool mayBeSwitching(std::string_view bytes) {
  const size_t length = std::min(bytes.size(), kSwitching.size());
  return bytes.substr(0, length) == kSwitching.substr(0, length);
}

}  // namespace

std::string UpstreamExchange::takeRequest(uint64_t nowMs) {
  isSent_ = true;
  sentAtMs_ = nowMs;
  return std::move(request_);
}

UpstreamExchange::Progress UpstreamExchange::push(std::string_view bytes, size_t* restBytes) {
  const size_t before = received_.size();
  received_.append(bytes);
  if (!mayBeSwitching(received_)) return Progress::kOther;
  // The end of the head may have begun in earlier bytes.
  const size_t from = before - std::min(before, kEndOfHead.size() - 1);
  const size_t end = received_.find(kEndOfHead, from);
  const size_t headBytes = end == std::string::npos ? received_.size() : end + kEndOfHead.size();
  if (headBytes > kMaxHeadBytes) return Progress::kOther;
  if (end == std::string::npos) return Progress::kMore;
  const std::string_view head(received_.data(), headBytes);
  if (!readSwitchingAnswer(head, offer_, &answer_)) return Progress::kOther;
  *restBytes = received_.size() - headBytes;
  isSwitched_ = true;
  received_ = std::string();
  return Progress::kSwitched;
}

}  // namespace sluice
