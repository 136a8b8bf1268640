#include "socket.h"

#include <sys/socket.h>

#include <cstring>
#include <memory>
#include <new>

namespace sluice {

/// Bytes that the system has not taken yet, in one allocation with their write request.
struct Socket::Write {
  uv_write_t request;
  Socket* socket;
  size_t length;

  static Write* copyOf(Socket* socket, const uint8_t* bytes, size_t length) {
    void* memory = ::operator new(sizeof(Write) + length);
    auto* write = new (memory) Write{{}, socket, length};
    std::memcpy(write->bytes(), bytes, length);
    return write;
  }
  static void free(Write* write) { ::operator delete(write); }

  char* bytes() { return reinterpret_cast<char*>(this) + sizeof(Write); }
};

namespace {

void closeDescriptor(int descriptor) {
  uv_fs_t request;
  uv_fs_close(nullptr, &request, descriptor, nullptr);
  uv_fs_req_cleanup(&request);
}

}  // namespace

int Socket::open(uv_loop_t* loop, int descriptor) {
  int error = uv_tcp_init(loop, &tcp_);
  if (error != 0) return error;
  tcp_.data = this;
  error = uv_tcp_open(&tcp_, descriptor);
  if (error != 0) closeDescriptor(descriptor);
  return error;
}

int Socket::accept(uv_loop_t* loop, uv_stream_t* listener) {
  const int error = uv_tcp_init(loop, &tcp_);
  if (error != 0) return error;
  tcp_.data = this;
  return uv_accept(listener, stream());
}

void Socket::connect(uv_loop_t* loop, const sockaddr* address) {
  int error = uv_tcp_init(loop, &tcp_);
  tcp_.data = this;
  auto* request = new uv_connect_t;
  request->data = this;
  if (error == 0) {
    error = uv_tcp_connect(request, &tcp_, address, [](uv_connect_t* done, int status) {
      const std::unique_ptr<uv_connect_t> owned(done);
      static_cast<Socket*>(done->data)->noteConnected(status);
    });
  }
  if (error != 0) {
    delete request;
    error_ = static_cast<int16_t>(error);
    destroy();
    return;
  }
  // Reading from the start saves a system call: the socket is registered once for both reading and writing.
  resume();
}

void Socket::noteConnected(int status) {
  if (isClosing_) return;
  if (status != 0) {
    fail(status);
    return;
  }
  uv_tcp_nodelay(&tcp_, 1);
  events_->onConnected(side_);
}

void Socket::resume() {
  if (isReading_ || hasPeerEnded_ || isClosing_) return;
  isReading_ = true;
  uv_read_start(
      stream(),
      [](uv_handle_t* handle, size_t, uv_buf_t* buffer) {
        auto* socket = static_cast<Socket*>(handle->data);
        *buffer = uv_buf_init(reinterpret_cast<char*>(socket->readBuffer_.bytes()), ReadBuffer::kBytes);
      },
      [](uv_stream_t* stream, ssize_t length, const uv_buf_t* buffer) {
        static_cast<Socket*>(stream->data)->onRead(length, buffer);
      });
}

void Socket::pause() {
  if (!isReading_) return;
  isReading_ = false;
  uv_read_stop(stream());
}

void Socket::onRead(ssize_t length, const uv_buf_t* buffer) {
  if (length > 0) {
    events_->onData(side_, reinterpret_cast<uint8_t*>(buffer->base), static_cast<size_t>(length));
    return;
  }
  if (length == 0) return;
  pause();
  if (length != UV_EOF) {
    fail(static_cast<int>(length));
    return;
  }
  hasPeerEnded_ = true;
  events_->onFin(side_);
  closeWhenBothEnded();
}

void Socket::write(const uint8_t* bytes, size_t length) {
  if (length == 0) return;
  size_t written = 0;
  if (queuedBytes_ == 0) {
    const uv_buf_t buffer =
        uv_buf_init(reinterpret_cast<char*>(const_cast<uint8_t*>(bytes)), static_cast<unsigned>(length));
    const int result = uv_try_write(stream(), &buffer, 1);
    // The queued write fails with the same error, and reports it in a separate turn.
    if (result > 0) written = static_cast<size_t>(result);
  }
  writtenBytes_ += length;
  if (written < length) queue(bytes + written, length - written);
}

void Socket::queue(const uint8_t* bytes, size_t length) {
  if (length > UINT32_MAX - queuedBytes_) {
    destroy();
    return;
  }
  Write* write = Write::copyOf(this, bytes, length);
  write->request.data = write;
  queuedBytes_ += static_cast<uint32_t>(length);
  const uv_buf_t buffer = uv_buf_init(write->bytes(), static_cast<unsigned>(length));
  const int error = uv_write(&write->request, stream(), &buffer, 1, [](uv_write_t* request, int status) {
    auto* done = static_cast<Write*>(request->data);
    done->socket->onWritten(done, status);
  });
  if (error == 0) return;
  queuedBytes_ -= static_cast<uint32_t>(length);
  Write::free(write);
  // The peer must not receive bytes that follow these. The close is reported in a separate turn.
  destroy();
}

void Socket::onWritten(Write* write, int status) {
  queuedBytes_ -= static_cast<uint32_t>(write->length);
  Write::free(write);
  if (isClosing_) return;
  if (status != 0) fail(status);
  else if (queuedBytes_ == 0) events_->onReady(side_);
}

uint64_t Socket::takenBytes() const {
  return writtenBytes_ - uv_stream_get_write_queue_size(reinterpret_cast<const uv_stream_t*>(&tcp_));
}

void Socket::end() {
  if (isEnding_ || isClosing_) return;
  isEnding_ = true;
  // The other direction has ended and no write is pending. Closing sends the FIN, and saves a system call and a turn of
  // the loop.
  if (hasPeerEnded_ && queuedBytes_ == 0) {
    destroy();
    return;
  }
  // libuv would shut down in a later turn, and register the socket again, which is another system call. A failure is
  // left to libuv, which reports it in that later turn.
  if (queuedBytes_ == 0 && ::shutdown(descriptor(), SHUT_WR) == 0) {
    isShutDown_ = true;
    return;
  }
  auto* request = new uv_shutdown_t;
  request->data = this;
  const int error = uv_shutdown(request, stream(), [](uv_shutdown_t* done, int status) {
    const std::unique_ptr<uv_shutdown_t> owned(done);
    static_cast<Socket*>(done->data)->onShutDown(status);
  });
  if (error == 0) return;
  delete request;
  fail(error);
}

void Socket::onShutDown(int status) {
  if (isClosing_) return;
  if (status != 0) {
    fail(status);
    return;
  }
  isShutDown_ = true;
  closeWhenBothEnded();
}

void Socket::closeWhenBothEnded() {
  if (hasPeerEnded_ && isShutDown_) destroy();
}

void Socket::fail(int error) {
  if (isClosing_) return;
  error_ = static_cast<int16_t>(error);
  destroy();
  events_->onFailed(side_);
}

uv_os_fd_t Socket::descriptor() const {
  uv_os_fd_t descriptor = -1;
  uv_fileno(reinterpret_cast<const uv_handle_t*>(&tcp_), &descriptor);
  return descriptor;
}

void Socket::reportClosed() {
  isClosed_ = true;
  events_->onClosed(side_);
}

void Socket::reset() {
  if (isClosing_) return;
  const auto onClosed = [](uv_handle_t* closed) { static_cast<Socket*>(closed->data)->reportClosed(); };
  // A reset is rejected while a FIN is in progress.
  if (isEnding_ || uv_tcp_close_reset(&tcp_, onClosed) != 0) {
    destroy();
    return;
  }
  isClosing_ = true;
  isReading_ = false;
}

void Socket::destroy() {
  if (isClosing_) return;
  isClosing_ = true;
  isReading_ = false;
  uv_close(handle(), [](uv_handle_t* closed) { static_cast<Socket*>(closed->data)->reportClosed(); });
}

}  // namespace sluice
