#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sluice {

/// The bytes of a head from `start` up to `end`. Both are 0 if there are none.
struct TextRange {
  int32_t start;
  int32_t end;
};

/// The lines that an upstream does not get as the client sent them.
enum class CutKind : int32_t { kDropped = 0, kHost = 1, kAuthorization = 2, kApiKey = 3, kProtocols = 4 };

struct CutLine {
  CutKind kind;
  TextRange line;
};

constexpr int32_t kMaxCutLines = 16;

/// The parts of an ordinary upgrade request, as ranges of its head.
struct UpgradeHead {
  TextRange target;
  /// The position of the `?` in the target; 0 if there is none.
  int32_t queryAt;
  /// All field lines.
  TextRange fields;
  TextRange host;
  TextRange key;
  TextRange origin;
  TextRange authorization;
  TextRange apiKey;
  TextRange protocols;
  TextRange extensions;
  int32_t hasCookies;
  /// 1: the path has only letters, digits, `-`, `_`, `~`, `.` and `/`, and no empty or dot segments, so that every server
  /// reads it as it is.
  int32_t hasPlainPath;
  /// The end of the host's name, if that is in lower case and has no dot at its end; otherwise 0.
  int32_t plainHostEnd;
  int32_t cutLines;
  CutLine cut[kMaxCutLines];
};

static_assert(sizeof(UpgradeHead) == 71 * sizeof(int32_t), "JavaScript reads 71 integers");

/// Reads the head of an ordinary upgrade request at the beginning of `bytes`. Returns its length with the empty line; 0 for
/// any head that is incomplete or invalid, that another parser could read differently, or that few clients send.
/// TypeScript reads those. docs/decisions/0071-ordinary-upgrades.md has the grammar.
size_t readUpgradeHead(std::string_view bytes, UpgradeHead* read);

}  // namespace sluice
