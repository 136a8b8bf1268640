#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "../src/upgrade_head.h"

using namespace sluice;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void requireInside(TextRange range, TextRange bounds) {
  if (range.end == 0) return;
  require(range.start >= bounds.start && range.start < range.end && range.end <= bounds.end);
}

// What follows must not matter, and neither must where the bytes are in memory.
void requireSame(std::string_view head, const UpgradeHead& read) {
  std::string followed(head);
  followed += "GET / HTTP/1.1\r\n\r\n";
  UpgradeHead again;
  require(readUpgradeHead(followed, &again) == head.size());
  require(std::memcmp(&again, &read, sizeof(read)) == 0);
  require(readUpgradeHead(head.substr(0, head.size() - 1), &again) == 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // A copy of the exact size, so that the sanitizer sees a read behind it.
  const std::vector<char> bytes(data, data + size);
  const std::string_view text(bytes.data(), bytes.size());
  UpgradeHead read;
  const size_t length = readUpgradeHead(text, &read);
  if (length == 0) return 0;
  require(length <= size);
  const std::string_view head = text.substr(0, length);
  require(head.find("\r\n\r\n") == length - 4);
  require(head.find('\0') == std::string_view::npos);
  const TextRange fields = read.fields;
  require(fields.end == static_cast<int32_t>(length) - 2);
  require(read.target.start == 4 && read.target.end + 11 == fields.start);
  for (const TextRange part :
       {read.host, read.key, read.origin, read.authorization, read.apiKey, read.protocols, read.extensions}) {
    requireInside(part, fields);
  }
  require(read.plainHostEnd == 0 || (read.plainHostEnd > read.host.start && read.plainHostEnd <= read.host.end));
  require(read.cutLines >= 0 && read.cutLines <= kMaxCutLines);
  int32_t before = fields.start;
  for (int32_t index = 0; index < read.cutLines; index += 1) {
    const TextRange line = read.cut[index].line;
    requireInside(line, fields);
    require(line.start >= before && head.substr(static_cast<size_t>(line.end) - 2, 2) == "\r\n");
    before = line.end;
  }
  requireSame(head, read);
  return 0;
}
