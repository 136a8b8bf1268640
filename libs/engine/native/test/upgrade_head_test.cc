#include "../src/upgrade_head.h"

#include <doctest/doctest.h>

#include <string>

using namespace sluice;

namespace {

const std::string kStart =
    "GET /chat?room=1 HTTP/1.1\r\nHost: a.test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
const std::string kVersionLine = "Sec-WebSocket-Version: 13\r\n";

bool isRead(const std::string& head) {
  UpgradeHead read;
  return readUpgradeHead(head, &read) == head.size();
}

bool isReadWith(const std::string& lines) { return isRead(kStart + kVersionLine + lines + "\r\n"); }

std::string textOf(const std::string& head, TextRange range) {
  return head.substr(static_cast<size_t>(range.start), static_cast<size_t>(range.end - range.start));
}

std::string replaced(std::string text, const std::string& part, const std::string& other) {
  return text.replace(text.find(part), part.size(), other);
}

}  // namespace

TEST_CASE("an ordinary upgrade is read to the ranges of its parts") {
  const std::string head = kStart + "X-Api-Key: secret\r\n" + kVersionLine +
                           "Origin: https://a.test\r\nSec-WebSocket-Protocol: chat.v1\r\nauthorization: Basic x\r\n"
                           "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n";
  UpgradeHead read;
  REQUIRE(readUpgradeHead(head + "early bytes", &read) == head.size());
  CHECK(textOf(head, read.target) == "/chat?room=1");
  CHECK(head[static_cast<size_t>(read.queryAt)] == '?');
  CHECK(textOf(head, read.host) == "a.test");
  CHECK(textOf(head, read.key) == "dGhlIHNhbXBsZSBub25jZQ==");
  CHECK(textOf(head, read.origin) == "https://a.test");
  CHECK(textOf(head, read.apiKey) == "secret");
  CHECK(textOf(head, read.authorization) == "Basic x");
  CHECK(textOf(head, read.protocols) == "chat.v1");
  CHECK(textOf(head, read.extensions) == "permessage-deflate; client_max_window_bits");
  CHECK(read.fields.start == 27);
  CHECK(static_cast<size_t>(read.fields.end) == head.size() - 2);
  CHECK(read.hasCookies == 0);
}

TEST_CASE("a path that every server reads as it is, and a host that needs no normalizing, are marked") {
  const auto headWith = [](const std::string& target, const std::string& host) {
    return replaced(replaced(kStart, "/chat?room=1", target), "a.test", host) + kVersionLine + "\r\n";
  };
  const auto isPlain = [&](const std::string& target) {
    UpgradeHead read;
    REQUIRE(readUpgradeHead(headWith(target, "a.test"), &read) > 0);
    return read.hasPlainPath == 1;
  };
  for (const char* target : {"/", "/chat", "/chat/", "/A-z_0~9/b.c.", "/chat?a=//..;%2e"}) CHECK(isPlain(target));
  for (const char* target : {"/a//b", "//", "/.", "/a/../b", "/a/.b", "/a;b", "/a%62", "/a:b", "/a\\b", "/a|b", "/a,b"})
    CHECK_FALSE(isPlain(target));

  const auto plainHost = [&](const std::string& host) {
    const std::string head = headWith("/", host);
    UpgradeHead read;
    REQUIRE(readUpgradeHead(head, &read) > 0);
    return read.plainHostEnd == 0 ? "" : textOf(head, TextRange{read.host.start, read.plainHostEnd});
  };
  CHECK(plainHost("a.test") == "a.test");
  CHECK(plainHost("a-b_c.test:8080") == "a-b_c.test");
  CHECK(plainHost("a.test:") == "a.test");
  CHECK(plainHost(std::string(255, 'a')) == std::string(255, 'a'));
  for (const std::string& host : {std::string("A.test"), std::string("a.test."), std::string("a.test:123456"),
                                  std::string("a.test:8a"), std::string("[::1]"), std::string(":80"),
                                  std::string("a.test:80:80"), std::string("a/b"), std::string(256, 'a')}) {
    CHECK(plainHost(host) == "");
  }
}

TEST_CASE("lines that the upstream does not get as they are have their kind, and dropped neighbours are one range") {
  const std::string head = kStart + kVersionLine + "X-Api-Key: a\r\nX-Forwarded-For: b\r\nCookie: c=d\r\n\r\n";
  UpgradeHead read;
  REQUIRE(readUpgradeHead(head, &read) == head.size());
  REQUIRE(read.cutLines == 4);
  CHECK(read.cut[0].kind == CutKind::kHost);
  CHECK(textOf(head, read.cut[0].line) == "Host: a.test\r\n");
  CHECK(read.cut[1].kind == CutKind::kDropped);
  CHECK(textOf(head, read.cut[1].line) == "Upgrade: websocket\r\nConnection: Upgrade\r\n");
  CHECK(read.cut[2].kind == CutKind::kApiKey);
  CHECK(read.cut[3].kind == CutKind::kDropped);
  CHECK(textOf(head, read.cut[3].line) == "X-Forwarded-For: b\r\n");
  CHECK(read.hasCookies == 1);
}

TEST_CASE("a head that another parser could refuse or read differently is left to TypeScript") {
  CHECK(isReadWith(""));
  CHECK(isReadWith("X-Other: \x80 \t\xff\r\n"));
  for (const char* line : {"Host: b.test\r\n",
                           "Upgrade: websocket\r\n",
                           "Connection: upgrade\r\n",
                           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
                           "Sec-WebSocket-Version: 13\r\n",
                           "Sec-WebSocket-Accept: x\r\n",
                           "Content-Length: 0\r\n",
                           "Transfer-Encoding: chunked\r\n",
                           "Expect: 100-continue\r\n",
                           "TE: trailers\r\n",
                           "Via: 1.1 a\r\n",
                           "X_Forwarded_For: 192.0.2.1\r\n",
                           "X-Other : a\r\n",
                           "X-Other:a\r\n",
                           "X-Other:  a\r\n",
                           "X-Other: a \r\n",
                           "X-Other: \r\n",
                           "X-Other:\r\n",
                           " X-Other: a\r\n",
                           "X-Other: a\r\n b\r\n",
                           "X-Other: a\n\r\n",
                           "X-Other: a\rb\r\n",
                           "X-Other: \x01\r\n",
                           "X-Other: \x7f\r\n",
                           "X-Other\r\n",
                           ": a\r\n",
                           "Sec-WebSocket-Extensions: a; b=\"c\"\r\n",
                           "Sec-WebSocket-Extensions: a,,b\r\n",
                           "Sec-WebSocket-Extensions: a b\r\n",
                           "Origin: a\r\nOrigin: a\r\n",
                           "X-Api-Key: a\r\nX-Api-Key: a\r\n"}) {
    CAPTURE(line);
    CHECK_FALSE(isReadWith(line));
  }
}

TEST_CASE("only a whole request of an ordinary form is read") {
  const std::string head = kStart + kVersionLine + "\r\n";
  for (size_t length = 1; length < head.size(); length += 1) CHECK_FALSE(isRead(head.substr(0, length)));
  CHECK_FALSE(isRead(kStart + "\r\n"));
  CHECK_FALSE(isRead("\r\n" + head));
  CHECK_FALSE(isRead(replaced(head, "GET ", "POST ")));
  CHECK_FALSE(isRead(replaced(head, " HTTP/1.1", " HTTP/1.0")));
  CHECK_FALSE(isRead(replaced(head, " HTTP/1.1", "  HTTP/1.1")));
  CHECK_FALSE(isRead(replaced(head, "/chat", "http://a.test/chat")));
  CHECK_FALSE(isRead(replaced(head, "/chat", "/chat#a")));
  CHECK_FALSE(isRead(replaced(head, "/chat", "/ch\x80t")));
  CHECK_FALSE(isRead(replaced(head, "/chat?room=1", "")));
  CHECK_FALSE(isRead(replaced(head, "\r\nHost", "\nHost")));
  CHECK_FALSE(isRead(replaced(head, "Version: 13", "Version: 8")));
  CHECK_FALSE(isRead(replaced(head, "Q==", "===")));
  CHECK_FALSE(isRead(replaced(head, "Connection: Upgrade", "Connection: Upgrade, X-Other")));
  CHECK(isRead(replaced(head, "Connection: Upgrade", "Connection: keep-alive, Upgrade")));
}

TEST_CASE("more lines to cut than there is room for are left to TypeScript") {
  std::string lines;
  for (int count = 0; count < kMaxCutLines - 2; count += 1) lines += "X-Real-IP: a\r\nX-Other: b\r\n";
  CHECK(isReadWith(lines));
  CHECK_FALSE(isReadWith(lines + "X-Real-IP: a\r\n"));
}
