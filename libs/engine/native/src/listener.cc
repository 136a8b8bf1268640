#include "listener.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "shared_port.h"

namespace sluice {
namespace {

// The maximum number of further connections that are accepted in the same turn after libuv reports one. Since version
// 1.45, libuv accepts one connection per turn.
constexpr int kMaxAcceptsPerTurn = 64;

}  // namespace

int Listener::listen(uv_loop_t* loop, const sockaddr* address, int backlog) {
  int error = uv_tcp_init(loop, &tcp_);
  if (error != 0) return error;
  tcp_.data = this;
  error = uv_tcp_bind(&tcp_, address, 0);
  return error == 0 ? start(backlog) : error;
}

int Listener::listenOn(uv_loop_t* loop, int descriptor, int backlog) {
  int error = uv_tcp_init(loop, &tcp_);
  if (error == 0) {
    tcp_.data = this;
    error = uv_tcp_open(&tcp_, descriptor);
  }
  if (error == 0) return start(backlog);
  ::close(descriptor);
  return error;
}

int Listener::start(int backlog) {
  uv_os_fd_t descriptor = -1;
  if (uv_fileno(reinterpret_cast<uv_handle_t*>(&tcp_), &descriptor) == 0) {
    const int on = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  }
  return uv_listen(stream(), backlog,
                   [](uv_stream_t* stream, int status) { static_cast<Listener*>(stream->data)->onPending(status); });
}

void Listener::onPending(int status) {
  if (isClosing_) return;
  if (status != 0) {
    events_.onAcceptFailed(*this, status);
    return;
  }
  events_.onConnection(*this);
  acceptMore();
}

void Listener::acceptMore() {
#ifdef __linux__
  uv_os_fd_t descriptor = -1;
  if (uv_fileno(reinterpret_cast<uv_handle_t*>(&tcp_), &descriptor) != 0) return;
  for (int count = 0; count < kMaxAcceptsPerTurn && !isClosing_; count += 1) {
    sockaddr_storage storage{};
    auto* peer = reinterpret_cast<sockaddr*>(&storage);
    socklen_t length = sizeof(storage);
    const int accepted = accept4(descriptor, peer, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    // libuv encounters the same failure again and reports it.
    if (accepted < 0) return;
    events_.onAccepted(*this, accepted, peer);
  }
#endif
}

uint16_t Listener::port() const {
  uv_os_fd_t descriptor = -1;
  const bool isBound = uv_fileno(reinterpret_cast<const uv_handle_t*>(&tcp_), &descriptor) == 0;
  return isBound ? boundPortOf(descriptor) : 0;
}

void Listener::close() {
  if (isClosing_) return;
  isClosing_ = true;
  uv_close(reinterpret_cast<uv_handle_t*>(&tcp_), [](uv_handle_t* handle) {
    auto* listener = static_cast<Listener*>(handle->data);
    listener->events_.onListenerClosed(*listener);
  });
}

}  // namespace sluice
