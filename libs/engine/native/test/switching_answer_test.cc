#include "../src/switching_answer.h"

#include <doctest/doctest.h>

#include <string>

using namespace sluice;

namespace {

const std::string kStart =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ok=\r\n";

bool isRead(const std::string& head, SwitchingAnswer* answer) {
  const SwitchingOffer offer{"ok=", "chat.v1,chat.v2", true};
  return readSwitchingAnswer(head, offer, answer);
}

bool isRead(const std::string& head) {
  SwitchingAnswer answer;
  return isRead(head, &answer);
}

bool isReadWith(const std::string& lines) { return isRead(kStart + lines + "\r\n"); }

}  // namespace

TEST_CASE("an ordinary 101 is passed on with its fields in order and without white space around their values") {
  SwitchingAnswer answer;
  const std::string head =
      "HTTP/1.1 101\r\nSERVER:a b \r\nupgrade: WebSocket\r\nConnection:\tupgrade\r\nSec-WebSocket-Accept: ok=\r\n"
      "Sec-WebSocket-Protocol: chat.v2\r\nSec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=10\r\n"
      "X-Empty:\r\n\r\n";
  REQUIRE(isRead(head, &answer));
  CHECK(answer.protocol == "chat.v2");
  CHECK(answer.extensions == "permessage-deflate; server_max_window_bits=10");
  CHECK(
      composeSwitchingAnswer(answer, "Set-Cookie: a\r\n") ==
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSERVER: a b\r\n"
      "Sec-WebSocket-Accept: ok=\r\nSec-WebSocket-Protocol: chat.v2\r\n"
      "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=10\r\nX-Empty: \r\nSet-Cookie: a\r\n\r\n");
}

TEST_CASE("an answer that another parser could refuse or pass on differently is not read by the engine") {
  CHECK(isReadWith(""));
  CHECK(isReadWith("X-Other: \x80\t\xff\r\n"));
  for (const char* line : {"Upgrade: websocket\r\n",
                           "Connection: upgrade\r\n",
                           "Sec-WebSocket-Accept: ok=\r\n",
                           "Keep-Alive: 1\r\n",
                           "Alt-Svc: h2\r\n",
                           "Content-Length: 0\r\n",
                           "Transfer-Encoding: chunked\r\n",
                           "Trailer: x\r\n",
                           "TE: x\r\n",
                           "Proxy-Connection: x\r\n",
                           "Sec-WebSocket-Protocol: chat.v3\r\n",
                           "Sec-WebSocket-Protocol: chat.v1,chat.v2\r\n",
                           "Sec-WebSocket-Protocol:\r\n",
                           "Sec-WebSocket-Extensions: x-webkit-deflate-frame\r\n",
                           "Sec-WebSocket-Extensions: permessage-deflate, x\r\n",
                           "Sec-WebSocket-Extensions: permessage-deflate; a=\"b\"\r\n",
                           "Sec-WebSocket-Extensions:\r\n",
                           "No colon\r\n",
                           "Space before : x\r\n",
                           " folded: x\r\n",
                           ": x\r\n",
                           "X-Control: a\x01\r\n",
                           "X-Delete: \x7f\r\n",
                           "X-Feed: a\nb\r\n",
                           "X-Return: a\rb\r\n"}) {
    CAPTURE(line);
    CHECK_FALSE(isReadWith(line));
  }
  CHECK_FALSE(isReadWith("Sec-WebSocket-Protocol: chat.v1\r\nSec-WebSocket-Protocol: chat.v1\r\n"));
  CHECK_FALSE(isReadWith("Sec-WebSocket-Extensions: permessage-deflate; " + std::string(300, 'a') + "\r\n"));
}

TEST_CASE("a 101 without one of its fields, with another status or without an end is not read") {
  const std::string rest = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ok=\r\n\r\n";
  CHECK(isRead("HTTP/1.1 101 \r\n" + rest));
  for (const char* line : {"HTTP/1.1 1011\r\n", "HTTP/1.0 101 x\r\n", "HTTP/1.1 200 OK\r\n", "http/1.1 101\r\n",
                           "HTTP/1.1 101\tx\r\n", "\r\n", "HTTP/1.1 101\n", ""}) {
    CAPTURE(line);
    CHECK_FALSE(isRead(line + rest));
  }
  for (const char* field : {"Upgrade: websocket\r\n", "Connection: Upgrade\r\n", "Sec-WebSocket-Accept: ok=\r\n"}) {
    std::string head = kStart + "\r\n";
    head.erase(head.find(field), std::string(field).size());
    CAPTURE(head);
    CHECK_FALSE(isRead(head));
  }
  const std::string whole = kStart + "\r\n";
  for (size_t cut = 0; cut < whole.size(); cut += 1) CHECK_FALSE(isRead(whole.substr(0, cut)));
  CHECK_FALSE(isRead(whole + "x"));
  CHECK_FALSE(isRead(whole + "\r\n"));
  SwitchingAnswer answer;
  const SwitchingOffer nothingOffered{"ok=", "", false};
  CHECK_FALSE(
      readSwitchingAnswer(kStart + "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n", nothingOffered, &answer));
}
