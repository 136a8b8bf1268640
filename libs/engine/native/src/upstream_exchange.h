#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "switching_answer.h"

namespace sluice {

/// A request that is sent to an upstream as soon as it is connected, and the answer to it. An ordinary 101 is read here;
/// the bytes of any other answer are for JavaScript.
class UpstreamExchange {
 public:
  UpstreamExchange(std::string request, SwitchingOffer offer)
      : request_(std::move(request)), offer_(std::move(offer)) {}

  /// The request, which must be sent now.
  std::string takeRequest(uint64_t nowMs);
  bool isSent() const { return isSent_; }
  uint64_t sentAtMs() const { return sentAtMs_; }

  enum class Progress {
    /// The head of the answer is not complete.
    kMore,
    /// The upstream has switched protocols: `answer` is complete.
    kSwitched,
    /// Any other answer, which JavaScript must read.
    kOther,
  };
  /// For `kSwitched`, `restBytes` is set to the number of these bytes that follow the head. Otherwise the bytes are added
  /// to those of `received`.
  Progress push(std::string_view bytes, size_t* restBytes);
  /// The bytes of an answer that is not complete, or that JavaScript must read.
  const std::string& received() const { return received_; }
  /// Whether the answer is read, so that further bytes belong to the connection.
  bool isSwitched() const { return isSwitched_; }
  const SwitchingAnswer& answer() const { return answer_; }

 private:
  std::string request_;
  SwitchingOffer offer_;
  std::string received_;
  SwitchingAnswer answer_;
  uint64_t sentAtMs_ = 0;
  bool isSent_ = false;
  bool isSwitched_ = false;
};

}  // namespace sluice
