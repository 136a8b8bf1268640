#pragma once

#include <uv.h>

#include <cstddef>
#include <cstdint>

#include "frame_rules.h"
#include "read_buffer.h"

namespace sluice {

/// The events that a socket reports to its connection.
class SocketEvents {
 public:
  /// An outgoing socket is connected.
  virtual void onConnected(Side side) { static_cast<void>(side); }
  /// The bytes are valid until the call returns. There are `ReadBuffer::kHeadroom` writable bytes in front of them.
  virtual void onData(Side side, uint8_t* bytes, size_t length) = 0;
  /// The peer sent its FIN.
  virtual void onFin(Side side) = 0;
  /// The socket failed and is being closed.
  virtual void onFailed(Side side) = 0;
  /// The system has taken all bytes that were queued while the socket was behind.
  virtual void onReady(Side side) = 0;
  /// The socket is closed. This is its last event.
  virtual void onClosed(Side side) = 0;

 protected:
  ~SocketEvents() = default;
};

/// A connected TCP socket on the loop. It closes when both directions have ended, when it fails, or when it is
/// destroyed.
class Socket {
 public:
  Socket(Side side, SocketEvents& events, ReadBuffer& readBuffer)
      : events_(&events),
        readBuffer_(readBuffer),
        side_(side),
        isReading_(false),
        hasPeerEnded_(false),
        isEnding_(false),
        isShutDown_(false),
        isClosing_(false),
        isClosed_(false) {}
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket() = default;

  /// Takes ownership of a connected descriptor, even on failure. Returns 0 or a libuv error. Nothing is read yet.
  int open(uv_loop_t* loop, int descriptor);
  /// Accepts the next connection of a listener that reported one. Returns 0 or a libuv error.
  int accept(uv_loop_t* loop, uv_stream_t* listener);
  /// Starts to connect and to read; `onConnected` or `onFailed` follows in a later turn of the loop.
  void connect(uv_loop_t* loop, const sockaddr* address);
  /// Sets the receiver of events, and the side that is passed to it.
  void setEvents(SocketEvents& events, Side side) {
    events_ = &events;
    side_ = side;
  }
  /// Passes bytes that were reported but not consumed to the current receiver of events, as `onData` does.
  void handOver(uint8_t* bytes, size_t length) { events_->onData(side_, bytes, length); }

  void resume();
  void pause();
  /// Must only be called while the socket is writable. Bytes that the system does not take at once are copied.
  void write(const uint8_t* bytes, size_t length);
  /// Sends a FIN after the written bytes; safe to call twice.
  void end();
  /// Closes the socket at once; safe to call twice.
  void destroy();
  /// Closes the socket with a RST; safe to call after another close.
  void reset();

  const uv_tcp_t* tcp() const { return &tcp_; }
  uv_os_fd_t descriptor() const;
  /// The libuv error that the socket failed with; 0 if it did not fail.
  int error() const { return error_; }
  bool hasPeerEnded() const { return hasPeerEnded_; }
  bool isWritable() const { return !isEnding_ && !isClosing_; }
  bool isClosing() const { return isClosing_; }
  bool isClosed() const { return isClosed_; }
  /// Whether some written bytes were not yet taken by the system.
  bool isBehind() const { return queuedBytes_ > 0; }
  /// The number of written bytes that the system has not taken yet.
  uint32_t queuedBytes() const { return queuedBytes_; }
  /// The number of bytes that the system has taken. It takes more only as the peer acknowledges.
  uint64_t takenBytes() const;

 private:
  struct Write;

  void queue(const uint8_t* bytes, size_t length);
  void onWritten(Write* write, int status);
  void onShutDown(int status);
  void noteConnected(int status);
  void onRead(ssize_t length, const uv_buf_t* buffer);
  void fail(int error);
  void closeWhenBothEnded();
  void reportClosed();
  uv_stream_t* stream() { return reinterpret_cast<uv_stream_t*>(&tcp_); }
  uv_handle_t* handle() { return reinterpret_cast<uv_handle_t*>(&tcp_); }

  uv_tcp_t tcp_;
  SocketEvents* events_;
  ReadBuffer& readBuffer_;
  uint64_t writtenBytes_ = 0;
  uint32_t queuedBytes_ = 0;
  // Errors of libuv are small: -4095 is the least.
  int16_t error_ = 0;
  Side side_;
  bool isReading_ : 1;
  bool hasPeerEnded_ : 1;
  bool isEnding_ : 1;
  bool isShutDown_ : 1;
  bool isClosing_ : 1;
  bool isClosed_ : 1;
};

}  // namespace sluice
