#include "upgrade_head.h"

#include "header_line.h"
#include "upgrade_field.h"

namespace sluice {
namespace {

constexpr std::string_view kMethod = "GET ";
constexpr std::string_view kVersion = " HTTP/1.1";
constexpr std::string_view kLineEnd = "\r\n";
constexpr size_t kMaxHeadBytes = 65'536;
constexpr size_t kMaxExtensionBytes = 4096;
constexpr size_t kKeyDigits = 22;
constexpr size_t kMaxHostBytes = 255;
constexpr size_t kMaxPortDigits = 5;

bool isAlphanumeric(char byte) {
  return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

// Other tokens may be another spelling of a name that the gateway interprets (`X_Forwarded_For`).
bool isPlainName(std::string_view name) {
  for (const char byte : name) {
    if (!isAlphanumeric(byte) && byte != '-') return false;
  }
  return !name.empty();
}

bool isPlainPath(std::string_view path) {
  char before = ' ';
  for (const char byte : path) {
    const bool isPunctuation = byte == '-' || byte == '_' || byte == '~';
    if (byte == '.' || byte == '/') {
      if (before == '/') return false;
    } else if (!isAlphanumeric(byte) && !isPunctuation) {
      return false;
    }
    before = byte;
  }
  return true;
}

// Returns the length of the name in front of an optional port; 0 if TypeScript must read the value.
size_t plainHostBytes(std::string_view host) {
  const size_t colon = host.find(':');
  const std::string_view name = host.substr(0, colon);
  const std::string_view port = colon == std::string_view::npos ? std::string_view() : host.substr(colon + 1);
  if (name.empty() || name.size() > kMaxHostBytes || name.back() == '.' || port.size() > kMaxPortDigits) return 0;
  for (const char byte : name) {
    const bool isLower = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z');
    if (!isLower && byte != '_' && byte != '.' && byte != '-') return 0;
  }
  for (const char byte : port) {
    if (byte < '0' || byte > '9') return 0;
  }
  return name.size();
}

bool isWhiteSpace(char byte) { return byte == ' ' || byte == '\t'; }

/// `Name: value`, as TypeScript would compose it.
bool readPlainLine(std::string_view line, HeaderLine* field) {
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos || line.size() < colon + 3 || line[colon + 1] != ' ') return false;
  field->name = line.substr(0, colon);
  field->value = line.substr(colon + 2);
  const bool isTrimmed = !isWhiteSpace(field->value.front()) && !isWhiteSpace(field->value.back());
  return isTrimmed && isPlainName(field->name) && isFieldText(field->value);
}

bool isKey(std::string_view value) {
  if (value.size() != kKeyDigits + 2 || value.substr(kKeyDigits) != "==") return false;
  for (const char byte : value.substr(0, kKeyDigits)) {
    if (!isAlphanumeric(byte) && byte != '+' && byte != '/') return false;
  }
  return true;
}

// Without a quote, so that a comma always separates two elements.
bool areExtensions(std::string_view value) {
  if (value.size() > kMaxExtensionBytes || value.find_first_of("\"\\") != std::string_view::npos) return false;
  while (true) {
    const size_t end = value.find(',');
    std::string_view name = value.substr(0, end);
    name = name.substr(0, name.find(';'));
    while (!name.empty() && isWhiteSpace(name.front())) name.remove_prefix(1);
    while (!name.empty() && isWhiteSpace(name.back())) name.remove_suffix(1);
    if (!isPlainName(name)) return false;
    if (end == std::string_view::npos) return true;
    value.remove_prefix(end + 1);
  }
}

bool isUpgradeOption(std::string_view value) {
  return equalsLower(value, "upgrade") || equalsLower(value, "keep-alive, upgrade");
}

/// Reads the lines of a head one after the other.
class UpgradeHeadReading {
 public:
  UpgradeHeadReading(std::string_view bytes, UpgradeHead* read) : head_(bytes.substr(0, kMaxHeadBytes)), read_(read) {
    *read = UpgradeHead{};
  }

  size_t read() {
    if (!takeRequestLine()) return 0;
    read_->fields.start = offset(at_);
    while (true) {
      const size_t end = head_.find(kLineEnd, at_);
      if (end == std::string_view::npos) return 0;
      if (end == at_) break;
      HeaderLine field;
      if (!readPlainLine(head_.substr(at_, end - at_), &field)) return 0;
      const TextRange line{offset(at_), offset(end + kLineEnd.size())};
      at_ = end + kLineEnd.size();
      if (!takeField(field, line)) return 0;
    }
    read_->fields.end = offset(at_);
    return isComplete() ? at_ + kLineEnd.size() : 0;
  }

 private:
  static int32_t offset(size_t at) { return static_cast<int32_t>(at); }

  TextRange rangeOf(std::string_view part) const {
    const auto start = static_cast<size_t>(part.data() - head_.data());
    return TextRange{offset(start), offset(start + part.size())};
  }

  // `GET`, a target in origin-form, and HTTP/1.1.
  bool takeRequestLine() {
    const size_t end = head_.find(kLineEnd);
    if (end == std::string_view::npos || end <= kMethod.size() + kVersion.size()) return false;
    const std::string_view line = head_.substr(0, end);
    if (line.substr(0, kMethod.size()) != kMethod || line.substr(end - kVersion.size()) != kVersion) return false;
    const std::string_view target = line.substr(kMethod.size(), end - kVersion.size() - kMethod.size());
    if (target.front() != '/') return false;
    for (const char byte : target) {
      if (byte < 0x21 || byte > 0x7e || byte == '#') return false;
    }
    read_->target = rangeOf(target);
    const size_t mark = target.find('?');
    read_->queryAt = mark == std::string_view::npos ? 0 : offset(kMethod.size() + mark);
    read_->hasPlainPath = isPlainPath(target.substr(0, mark)) ? 1 : 0;
    at_ = end + kLineEnd.size();
    return true;
  }

  bool takeField(const HeaderLine& field, TextRange line) {
    const std::string_view value = field.value;
    switch (upgradeFieldOf(field.name)) {
      case UpgradeField::kForwarded:
        return true;
      case UpgradeField::kDropped:
        return cut(CutKind::kDropped, line);
      case UpgradeField::kUnusual:
        return false;
      case UpgradeField::kCookie:
        read_->hasCookies = 1;
        return true;
      case UpgradeField::kHost:
        return takeHost(value) && cut(CutKind::kHost, line);
      case UpgradeField::kUpgrade:
        return takeOnce(&upgrade_, value) && equalsLower(value, "websocket") && cut(CutKind::kDropped, line);
      case UpgradeField::kConnection:
        return takeOnce(&connection_, value) && isUpgradeOption(value) && cut(CutKind::kDropped, line);
      case UpgradeField::kKey:
        return takeOnce(&read_->key, value) && isKey(value);
      case UpgradeField::kVersion:
        return takeOnce(&version_, value) && value == "13";
      case UpgradeField::kOrigin:
        return takeOnce(&read_->origin, value);
      case UpgradeField::kAuthorization:
        return takeOnce(&read_->authorization, value) && cut(CutKind::kAuthorization, line);
      case UpgradeField::kApiKey:
        return takeOnce(&read_->apiKey, value) && cut(CutKind::kApiKey, line);
      case UpgradeField::kProtocols:
        return takeOnce(&read_->protocols, value) && cut(CutKind::kProtocols, line);
      case UpgradeField::kExtensions:
        return takeOnce(&read_->extensions, value) && areExtensions(value);
    }
    return false;
  }

  bool takeHost(std::string_view value) {
    const bool isFirst = takeOnce(&read_->host, value);
    const size_t bytes = plainHostBytes(value);
    read_->plainHostEnd = bytes == 0 ? 0 : read_->host.start + offset(bytes);
    return isFirst;
  }

  bool takeOnce(TextRange* taken, std::string_view value) const {
    const bool isFirst = taken->end == 0;
    *taken = rangeOf(value);
    return isFirst;
  }

  bool cut(CutKind kind, TextRange line) {
    if (kind == CutKind::kDropped && read_->cutLines > 0) {
      CutLine& last = read_->cut[read_->cutLines - 1];
      if (last.kind == kind && last.line.end == line.start) {
        last.line.end = line.end;
        return true;
      }
    }
    if (read_->cutLines == kMaxCutLines) return false;
    read_->cut[read_->cutLines] = CutLine{kind, line};
    read_->cutLines += 1;
    return true;
  }

  bool isComplete() const {
    return read_->host.end > 0 && read_->key.end > 0 && upgrade_.end > 0 && connection_.end > 0 && version_.end > 0;
  }

  std::string_view head_;
  UpgradeHead* read_;
  size_t at_ = 0;
  TextRange upgrade_{};
  TextRange connection_{};
  TextRange version_{};
};

}  // namespace

size_t readUpgradeHead(std::string_view bytes, UpgradeHead* read) { return UpgradeHeadReading(bytes, read).read(); }

}  // namespace sluice
