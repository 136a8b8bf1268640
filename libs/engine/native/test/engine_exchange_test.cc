#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <memory>
#include <string>

#include "engine_on_loop.h"

using namespace sluice;

namespace {

const std::string kRequest = "GET / HTTP/1.1\r\n\r\n";
const std::string kAnswer =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ok=\r\n"
    "Sec-WebSocket-Protocol: chat\r\n\r\n";

/// An upstream that accepts one connection.
class Upstream {
 public:
  Upstream() {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof(address);
    REQUIRE(bind(listener_, reinterpret_cast<sockaddr*>(&address), length) == 0);
    REQUIRE(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length) == 0);
    REQUIRE(listen(listener_, 1) == 0);
  }
  Upstream(const Upstream&) = delete;
  Upstream& operator=(const Upstream&) = delete;
  ~Upstream() {
    ::close(listener_);
    closeConnection();
  }

  void accept() { connection_ = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK); }
  void closeConnection() {
    if (connection_ >= 0) ::close(connection_);
    connection_ = -1;
  }
  void send(const std::string& bytes) const {
    REQUIRE(::send(connection_, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size()));
  }
  /// Reads into `received`, and returns whether it has at least so many bytes.
  bool hasReceived(size_t bytes) {
    char buffer[4096];
    const ssize_t length = recv(connection_, buffer, sizeof(buffer), 0);
    if (length > 0) received.append(buffer, static_cast<size_t>(length));
    return received.size() >= bytes;
  }

  sockaddr_in address{};
  std::string received;

 private:
  int listener_ = -1;
  int connection_ = -1;
};

/// An exchange of an engine with an upstream that has received the request.
struct Exchanging {
  Exchanging() {
    ::close(on.upstream.nearDescriptor);
    client = on.engine.adopt(on.client.nearDescriptor);
    socket = connect();
    upstream.accept();
    on.until([&] { return upstream.hasReceived(kRequest.size()); });
    CHECK(upstream.received == kRequest);
    CHECK(on.host.records.empty());
  }
  Id connect() {
    return on.engine.connect(reinterpret_cast<sockaddr*>(&upstream.address),
                             std::make_unique<UpstreamExchange>(kRequest, SwitchingOffer{"ok=", "chat", false}));
  }
  std::string textOf(size_t record) const {
    const Bytes& data = on.host.records.at(record).data;
    return std::string(data.begin(), data.end());
  }

  EngineOnLoop on;
  Upstream upstream;
  Id client{0, 0};
  Id socket{0, 0};
};

}  // namespace

TEST_CASE("an ordinary 101 is one record, and the client gets it at the join, before the bytes that follow it") {
  Exchanging with;
  const Bytes frame = frameOf(Side::kUpstream, 0x82, 3);
  with.upstream.send(kAnswer + std::string(frame.begin(), frame.end()));
  with.on.until([&] { return with.on.host.records.size() == 2; });
  CHECK(with.on.host.records[0].header.kind == RecordKind::kSwitched);
  CHECK(with.on.host.records[0].header.number == 4);
  CHECK(with.textOf(0) == "chat");
  CHECK(with.on.host.records[1].header.kind == RecordKind::kData);
  JoinInput input = with.on.joinInput(with.client, with.socket);
  input.upstreamHead = with.on.host.records[1].data.data();
  input.upstreamHeadBytes = with.on.host.records[1].data.size();
  input.extraFields = "Set-Cookie: a=b\r\n";
  CHECK(with.on.engine.join(input).generation != 0);
  const std::string start = kAnswer.substr(0, kAnswer.size() - 2) + "Set-Cookie: a=b\r\n\r\n";
  const Bytes expected = concat({bytesOf(start.c_str()), frame});
  with.on.until([&] { return with.on.client.received.size() >= expected.size(); });
  CHECK(with.on.client.received == expected);
}

TEST_CASE("bytes that follow a 101 are relayed if the socket is joined while the 101 is reported") {
  Exchanging with;
  Id joined{0, 0};
  with.on.host.onRecord = [&](const Record& record) {
    if (record.header.kind == RecordKind::kSwitched)
      joined = with.on.engine.join(with.on.joinInput(with.client, with.socket));
  };
  with.upstream.send(kAnswer);
  with.on.until([&] { return joined.generation != 0; });
  const Bytes frame = frameOf(Side::kUpstream, 0x82, 3);
  with.upstream.send(std::string(frame.begin(), frame.end()));
  with.on.until([&] { return with.on.client.received.size() >= kAnswer.size() + frame.size(); });
}

TEST_CASE("any other answer is reported after the connect, from its first byte") {
  Exchanging with;
  with.upstream.send("HTTP/1.1 101 x\r\n");
  uv_run(with.on.loop.get(), UV_RUN_NOWAIT);
  with.upstream.send("Upgrade: h2c\r\n\r\nrest");
  with.on.until([&] { return with.on.host.records.size() == 2; });
  CHECK(with.on.host.records[0].header.kind == RecordKind::kConnected);
  CHECK(with.on.host.records[0].header.code == 1);
  CHECK(with.textOf(1) == "HTTP/1.1 101 x\r\nUpgrade: h2c\r\n\r\nrest");
  with.upstream.send("more");
  with.on.until([&] { return with.on.host.records.size() == 3; });
  CHECK(with.textOf(2) == "more");
}

TEST_CASE("an upstream that closes before its answer is complete is reported with the bytes that it sent") {
  Exchanging with;
  with.upstream.send("HTTP/1.1 10");
  with.upstream.closeConnection();
  with.on.until([&] { return with.on.host.count(RecordKind::kFin) == 1; });
  CHECK(with.on.host.records.size() == 3);
  CHECK(with.on.host.records[0].header.kind == RecordKind::kConnected);
  CHECK(with.textOf(1) == "HTTP/1.1 10");
}

TEST_CASE("a failed connect is reported as closed, without a record of a connect") {
  Exchanging with;
  sockaddr_in nobody = with.upstream.address;
  {
    Upstream gone;
    nobody = gone.address;
  }
  const Id id = with.on.engine.connect(reinterpret_cast<sockaddr*>(&nobody),
                                       std::make_unique<UpstreamExchange>(kRequest, SwitchingOffer{"ok=", "", false}));
  with.on.until([&] { return with.on.host.records.size() == 1; });
  CHECK(with.on.host.records[0].header.kind == RecordKind::kClosed);
  CHECK(with.on.host.records[0].header.id.slot == id.slot);
  CHECK(with.on.host.records[0].header.code == UV_ECONNREFUSED);
}

TEST_CASE("taking an exchange back returns the received bytes, and later bytes are reported") {
  Exchanging with;
  with.upstream.send("HTTP/1.1 101 x\r\n");
  uv_run(with.on.loop.get(), UV_RUN_NOWAIT);
  const std::unique_ptr<UpstreamExchange> taken = with.on.engine.takeBack(with.socket);
  REQUIRE(taken != nullptr);
  CHECK(taken->isSent());
  CHECK(taken->received() == "HTTP/1.1 101 x\r\n");
  CHECK(with.on.engine.takeBack(with.socket) == nullptr);
  with.upstream.send("\r\n");
  with.on.until([&] { return with.on.host.records.size() == 1; });
  CHECK(with.textOf(0) == "\r\n");
}

TEST_CASE("an exchange that is taken back before the connect has not sent its request") {
  Exchanging with;
  const Id other = with.connect();
  const std::unique_ptr<UpstreamExchange> taken = with.on.engine.takeBack(other);
  REQUIRE(taken != nullptr);
  CHECK_FALSE(taken->isSent());
  with.on.until([&] { return with.on.host.count(RecordKind::kConnected) == 1; });
  CHECK(with.on.host.records.back().header.code == 0);
}

TEST_CASE("an engine closes during an exchange, and reports the end of its socket") {
  Exchanging with;
  with.on.engine.close();
  with.on.until([&] { return with.on.host.isClosed; });
  CHECK(with.on.host.count(RecordKind::kClosed) == 2);
  CHECK(with.on.engine.takeBack(with.socket) == nullptr);
}
