#include "../src/upstream_exchange.h"

#include <doctest/doctest.h>

#include <string>

using namespace sluice;

namespace {

using Progress = UpstreamExchange::Progress;

const std::string kAnswer =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
    "ok=\r\n\r\n";

UpstreamExchange created() { return UpstreamExchange("GET / HTTP/1.1\r\n\r\n", SwitchingOffer{"ok=", "", false}); }

}  // namespace

TEST_CASE("an answer is read in two pieces, wherever it is cut, and the bytes that follow its head are counted") {
  const std::string bytes = kAnswer + "frames";
  for (size_t cut = 1; cut < bytes.size(); cut += 1) {
    UpstreamExchange exchange = created();
    size_t restBytes = 99;
    if (cut < kAnswer.size()) {
      CHECK(exchange.push(bytes.substr(0, cut), &restBytes) == Progress::kMore);
      CHECK(exchange.received() == bytes.substr(0, cut));
      CHECK(exchange.push(bytes.substr(cut), &restBytes) == Progress::kSwitched);
      CHECK(restBytes == 6);
    } else {
      CHECK(exchange.push(bytes.substr(0, cut), &restBytes) == Progress::kSwitched);
      CHECK(restBytes == cut - kAnswer.size());
    }
    CHECK(exchange.isSwitched());
  }
}

TEST_CASE("any other answer is returned with all its bytes, from the first byte that differs") {
  for (const char* bytes : {"x", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 100 Continue\r\n\r\n", "\r\n"}) {
    UpstreamExchange exchange = created();
    size_t restBytes = 0;
    CHECK(exchange.push(bytes, &restBytes) == Progress::kOther);
    CHECK(exchange.received() == bytes);
    CHECK_FALSE(exchange.isSwitched());
  }
  UpstreamExchange exchange = created();
  size_t restBytes = 0;
  CHECK(exchange.push("HTTP/1.1 101 x\r\nUpgrade: h2c\r\n", &restBytes) == Progress::kMore);
  CHECK(exchange.push("\r\nrest", &restBytes) == Progress::kOther);
  CHECK(exchange.received() == "HTTP/1.1 101 x\r\nUpgrade: h2c\r\n\r\nrest");
}

TEST_CASE("a head of more than 16,384 bytes is returned unread, with an end or without one") {
  const std::string start = kAnswer.substr(0, kAnswer.size() - 2) + "X-Long: ";
  for (const size_t headBytes : {16384, 16385}) {
    const std::string head = start + std::string(headBytes - start.size() - 4, 'a') + "\r\n\r\n";
    UpstreamExchange exchange = created();
    size_t restBytes = 0;
    CHECK(exchange.push(head, &restBytes) == (headBytes == 16384 ? Progress::kSwitched : Progress::kOther));
    UpstreamExchange endless = created();
    const std::string bytes = start + std::string(headBytes - start.size(), 'a');
    CHECK(endless.push(bytes, &restBytes) == (headBytes == 16384 ? Progress::kMore : Progress::kOther));
  }
}
