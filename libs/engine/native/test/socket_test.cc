#include "../src/socket.h"

#include <doctest/doctest.h>

#include <cerrno>
#include <functional>
#include <string>
#include <vector>

#include "peer.h"
#include "test_loop.h"
#include "write_faults.h"

using namespace sluice;

namespace {

using Log = std::vector<std::string>;

/// A socket of the engine and its peer. At its end the socket is destroyed, and must be closed then.
class OpenSocket final : public SocketEvents {
 public:
  OpenSocket() {
    descriptor = peer.nearDescriptor;
    REQUIRE(socket.open(loop.get(), descriptor) == 0);
  }
  ~OpenSocket() {
    socket.destroy();
    until([&] { return isClosed(); });
    CHECK(fcntl(descriptor, F_GETFD) == -1);
  }

  void onData(Side, uint8_t* bytes, size_t length) override {
    received.insert(received.end(), bytes, bytes + length);
    // There is room in front of the bytes that were read.
    std::fill(bytes - ReadBuffer::kHeadroom, bytes, 0xaa);
    onDataDo();
  }
  void onFin(Side) override { note("fin", onFinDo); }
  void onFailed(Side) override { note("failed", onFailedDo); }
  void onReady(Side) override { note("ready", onReadyDo); }
  void onClosed(Side) override {
    note("closed", [] {});
  }

  void until(const std::function<bool()>& isDone) {
    const uint64_t deadline = uv_hrtime() + 60'000'000'000;
    while (!isDone()) {
      if (uv_hrtime() > deadline) FAIL("timed out");
      uv_run(loop.get(), UV_RUN_NOWAIT);
      peer.pump();
    }
  }
  bool isClosed() const { return !log.empty() && log.back() == "closed"; }
  bool has(const std::string& what) const { return std::find(log.begin(), log.end(), what) != log.end(); }
  void write(const Bytes& bytes) { socket.write(bytes.data(), bytes.size()); }

  TestLoop loop;
  ReadBuffer readBuffer;
  Peer peer;
  Log log;
  Bytes received;
  int descriptor;
  std::function<void()> onDataDo = [] {};
  std::function<void()> onFinDo = [] {};
  std::function<void()> onFailedDo = [] {};
  std::function<void()> onReadyDo = [] {};
  Socket socket{Side::kClient, *this, readBuffer};

 private:
  void note(const char* what, const std::function<void()>& act) {
    // Nothing is reported after the socket has closed.
    CHECK_FALSE(isClosed());
    log.emplace_back(what);
    act();
  }
};

Bytes patternOf(size_t length) {
  Bytes bytes(length);
  for (size_t index = 0; index < length; index += 1) bytes[index] = static_cast<uint8_t>(index * 31 + index / 251);
  return bytes;
}

}  // namespace

TEST_CASE("a socket reads while it is not paused, and loses nothing by a pause") {
  OpenSocket on;
  const Bytes bytes = patternOf(500'000);
  on.peer.send(bytes);
  on.loop.runFor(20);
  CHECK(on.received.empty());
  on.onDataDo = [&] { on.socket.pause(); };
  while (on.received.size() < bytes.size()) {
    const size_t before = on.received.size();
    on.socket.resume();
    on.socket.resume();
    on.until([&] { return on.received.size() > before; });
    // A pause is in effect from its call on.
    CHECK(on.received.size() - before <= ReadBuffer::kBytes);
  }
  CHECK(on.received == bytes);
}

TEST_CASE("a write is sent at once while the system has room") {
  OpenSocket on;
  on.write(bytesOf("hello"));
  on.socket.write(nullptr, 0);
  CHECK_FALSE(on.socket.isBehind());
  CHECK(on.socket.takenBytes() == 5);
  on.until([&] { return on.peer.received == bytesOf("hello"); });
  CHECK(on.log.empty());
}

TEST_CASE(
    "a socket whose peer does not read has pending bytes, and reports once that it is ready when the peer has read") {
  OpenSocket on;
  on.peer.shrinkBuffers();
  on.peer.isReading = false;
  const Bytes bytes = patternOf(3'000'000);
  for (size_t offset = 0; offset < bytes.size(); offset += 1000) on.write(partOf(bytes, offset, offset + 1000));
  CHECK(on.socket.isBehind());
  CHECK(on.socket.takenBytes() < bytes.size());
  on.loop.runFor(10);
  CHECK(on.log.empty());
  on.peer.isReading = true;
  on.until([&] { return on.peer.received.size() == bytes.size() && !on.log.empty(); });
  CHECK(on.peer.received == bytes);
  CHECK(on.log == Log{"ready"});
  CHECK_FALSE(on.socket.isBehind());
  CHECK(on.socket.takenBytes() == bytes.size());
}

TEST_CASE("a peer that receives a part of a write counts as receiving") {
  OpenSocket on;
  size_t budget = 100;
  {
    WriteFaults faults(on.descriptor, [&budget](size_t wanted) -> ssize_t {
      const size_t taken = std::min(budget, wanted);
      budget -= taken;
      return taken == 0 ? -EAGAIN : static_cast<ssize_t>(taken);
    });
    on.write(patternOf(50'000));
    CHECK(on.socket.takenBytes() == 100);
    budget = 1;
    on.until([&] { return budget == 0; });
    CHECK(on.socket.takenBytes() == 101);
    CHECK(on.socket.isBehind());
  }
  on.until([&] { return on.peer.received.size() == 50'000; });
}

TEST_CASE("short writes and a system without buffers change neither the received bytes nor their order") {
  int turn = 0;
  OpenSocket on;
  const Bytes bytes = patternOf(20'000);
  {
    WriteFaults faults(on.descriptor, [&turn](size_t) -> ssize_t {
      turn += 1;
      if (turn % 3 == 0) return -EAGAIN;
      return turn % 7 == 0 ? -EINTR : 1 + turn % 50;
    });
    for (size_t offset = 0; offset < bytes.size(); offset += 500) on.write(partOf(bytes, offset, offset + 500));
    on.until([&] { return on.peer.received.size() == bytes.size() && !on.socket.isBehind(); });
  }
  CHECK(on.peer.received == bytes);
  CHECK(on.log == Log{"ready"});
}

TEST_CASE("a write that fails is reported in a later turn, once, and the socket closes") {
  for (const int error : {EPIPE, ECONNRESET, ENOMEM, EIO}) {
    OpenSocket on;
    on.socket.resume();
    WriteFaults faults(on.descriptor, [error](size_t) { return -error; });
    on.write(bytesOf("one"));
    on.write(bytesOf("two"));
    CHECK(on.log.empty());
    on.until([&] { return on.isClosed(); });
    CHECK(on.log == Log{"failed", "closed"});
    CHECK_FALSE(on.socket.isWritable());
  }
}

TEST_CASE("a socket that cannot buffer its bytes is closed, so that the peer misses no bytes in between") {
  OpenSocket on;
  const WriteRequestFaults faults(UV_ENOMEM);
  on.peer.isReading = false;
  on.write(patternOf(9'000'000));
  CHECK(on.log.empty());
  CHECK_FALSE(on.socket.isWritable());
  on.until([&] { return on.isClosed(); });
  CHECK(on.log == Log{"closed"});
}

TEST_CASE("a temporary lack of buffers in the system loses neither the connection nor written bytes") {
  OpenSocket on;
  int failures = 3;
  WriteFaults faults(on.descriptor, [&failures](size_t wanted) -> ssize_t {
    if (failures == 0) return static_cast<ssize_t>(wanted);
    failures -= 1;
    return -ENOBUFS;
  });
  on.write(bytesOf("hello"));
  on.until([&] { return on.peer.received == bytesOf("hello") || on.isClosed(); });
  CHECK(on.peer.received == bytesOf("hello"));
}

TEST_CASE("a FIN of the peer is reported once and leaves the other direction open") {
  OpenSocket on;
  on.socket.resume();
  on.peer.send(bytesOf("last"));
  on.peer.endWhenSent();
  on.until([&] { return on.has("fin"); });
  CHECK(on.received == bytesOf("last"));
  on.socket.resume();
  const Bytes bytes = patternOf(1'000'000);
  on.write(bytes);
  on.until([&] { return on.peer.received.size() == bytes.size(); });
  CHECK(on.socket.isWritable());
  on.socket.end();
  on.until([&] { return on.isClosed(); });
  CHECK(on.peer.hasEnded);
  CHECK(on.peer.received == bytes);
  CHECK(on.log.front() == "fin");
  CHECK_FALSE(on.has("failed"));
}

TEST_CASE("a FIN is sent after everything that was written, and the other direction stays open until the peer's FIN") {
  OpenSocket on;
  on.peer.shrinkBuffers();
  on.peer.isReading = false;
  const Bytes bytes = patternOf(1'000'000);
  on.write(bytes);
  on.socket.end();
  on.socket.end();
  CHECK_FALSE(on.socket.isWritable());
  CHECK_FALSE(on.socket.isClosing());
  on.socket.resume();
  on.peer.isReading = true;
  on.until([&] { return on.peer.hasEnded; });
  CHECK(on.peer.received == bytes);
  on.peer.send(bytesOf("answer"));
  on.until([&] { return on.received == bytesOf("answer"); });
  CHECK_FALSE(on.socket.isClosing());
  on.peer.endWhenSent();
  on.until([&] { return on.isClosed(); });
  CHECK_FALSE(on.has("failed"));
}

TEST_CASE("an RST of the peer is reported once as a failure, in every state of the socket") {
  const std::vector<std::function<void(OpenSocket&)>> states = {
      [](OpenSocket& on) { on.socket.resume(); },
      [](OpenSocket& on) {
        on.socket.resume();
        on.socket.end();
      },
      [](OpenSocket& on) {
        on.peer.isReading = false;
        on.write(patternOf(9'000'000));
      },
      [](OpenSocket& on) {
        on.peer.isReading = false;
        on.socket.resume();
        on.write(patternOf(9'000'000));
        on.socket.end();
      },
  };
  for (const auto& enter : states) {
    OpenSocket on;
    enter(on);
    on.loop.runFor(5);
    on.peer.reset();
    on.until([&] { return on.isClosed(); });
    CHECK(on.log == Log{"failed", "closed"});
  }
}

TEST_CASE("a destroyed socket reports its close, and nothing else, in every state") {
  const std::vector<std::function<void(OpenSocket&)>> states = {
      [](OpenSocket&) {},
      [](OpenSocket& on) { on.socket.resume(); },
      [](OpenSocket& on) {
        on.socket.resume();
        on.socket.pause();
      },
      [](OpenSocket& on) { on.socket.end(); },
      [](OpenSocket& on) {
        on.peer.isReading = false;
        on.write(patternOf(9'000'000));
      },
      [](OpenSocket& on) {
        on.peer.isReading = false;
        on.write(patternOf(9'000'000));
        on.socket.end();
        on.loop.runFor(5);
      },
      [](OpenSocket& on) {
        on.peer.send(patternOf(100));
        on.peer.pump();
      },
  };
  for (const auto& enter : states) {
    OpenSocket on;
    enter(on);
    on.log.clear();
    on.socket.destroy();
    on.socket.destroy();
    CHECK_FALSE(on.socket.isWritable());
    CHECK(on.socket.isClosing());
    on.socket.resume();
    on.socket.end();
    on.until([&] { return on.isClosed(); });
    CHECK(on.log == Log{"closed"});
  }
}

TEST_CASE("a socket can be destroyed in each of its reports") {
  {
    OpenSocket on;
    on.socket.resume();
    on.onDataDo = [&] { on.socket.destroy(); };
    on.peer.send(patternOf(300'000));
    on.until([&] { return on.isClosed(); });
    CHECK(on.received.size() <= ReadBuffer::kBytes);
    CHECK(on.log == Log{"closed"});
  }
  {
    OpenSocket on;
    on.socket.resume();
    on.onFinDo = [&] { on.socket.destroy(); };
    on.peer.endWhenSent();
    on.until([&] { return on.isClosed(); });
    CHECK(on.log == Log{"fin", "closed"});
  }
  {
    OpenSocket on;
    on.peer.shrinkBuffers();
    on.onReadyDo = [&] { on.socket.destroy(); };
    on.write(patternOf(3'000'000));
    on.until([&] { return on.isClosed(); });
    CHECK(on.log == Log{"ready", "closed"});
  }
  {
    OpenSocket on;
    on.socket.resume();
    on.onFailedDo = [&] { on.socket.destroy(); };
    on.peer.reset();
    on.until([&] { return on.isClosed(); });
    CHECK(on.log == Log{"failed", "closed"});
  }
}

TEST_CASE("a socket can end itself in the report of the peer's FIN") {
  OpenSocket on;
  on.socket.resume();
  on.onFinDo = [&] {
    on.write(bytesOf("bye"));
    on.socket.end();
  };
  on.peer.endWhenSent();
  on.until([&] { return on.isClosed() && on.peer.hasEnded; });
  CHECK(on.peer.received == bytesOf("bye"));
  CHECK(on.log == Log{"fin", "closed"});
}
