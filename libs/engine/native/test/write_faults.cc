#include "write_faults.h"

#include <dlfcn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>
#include <uv.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace {

int faultyDescriptor = -1;
sluice::WriteFaults::Policy policyOfWrites;
int errorOfRequests = 0;

// The number of bytes that may be written, or -1 with errno set.
ssize_t allowed(int descriptor, size_t wanted) {
  if (descriptor != faultyDescriptor) return static_cast<ssize_t>(wanted);
  const ssize_t answer = policyOfWrites(wanted);
  if (answer >= 0) return std::min(answer, static_cast<ssize_t>(wanted));
  errno = static_cast<int>(-answer);
  return -1;
}

ssize_t writeBuffers(int descriptor, const iovec* buffers, size_t count) {
  size_t wanted = 0;
  for (size_t index = 0; index < count; index += 1) wanted += buffers[index].iov_len;
  const ssize_t bound = allowed(descriptor, wanted);
  if (bound < 0) return -1;
  if (static_cast<size_t>(bound) == wanted) return syscall(SYS_writev, descriptor, buffers, static_cast<int>(count));
  ssize_t written = 0;
  for (size_t index = 0; index < count && written < bound; index += 1) {
    const size_t length = std::min(buffers[index].iov_len, static_cast<size_t>(bound - written));
    const ssize_t result = syscall(SYS_write, descriptor, buffers[index].iov_base, length);
    if (result < 0) return written > 0 ? written : -1;
    written += result;
    if (static_cast<size_t>(result) < length) break;
  }
  return written;
}

}  // namespace

// Definitions in the program take precedence over those in shared libraries, so libuv calls these.
extern "C" ssize_t write(int descriptor, const void* bytes, size_t length) {
  const iovec buffer{const_cast<void*>(bytes), length};
  if (descriptor != faultyDescriptor) return syscall(SYS_write, descriptor, bytes, length);
  return writeBuffers(descriptor, &buffer, 1);
}

extern "C" ssize_t writev(int descriptor, const iovec* buffers, int count) {
  return writeBuffers(descriptor, buffers, static_cast<size_t>(count));
}

extern "C" ssize_t send(int descriptor, const void* bytes, size_t length, int flags) {
  const ssize_t bound = allowed(descriptor, length);
  if (bound < 0) return -1;
  return syscall(SYS_sendto, descriptor, bytes, static_cast<size_t>(bound), flags, nullptr, 0);
}

extern "C" ssize_t sendmsg(int descriptor, const msghdr* message, int flags) {
  if (descriptor != faultyDescriptor) return syscall(SYS_sendmsg, descriptor, message, flags);
  return writeBuffers(descriptor, message->msg_iov, message->msg_iovlen);
}

extern "C" int uv_write(uv_write_t* request, uv_stream_t* stream, const uv_buf_t* buffers, unsigned count,
                        uv_write_cb onWritten) {
  static const auto real = reinterpret_cast<decltype(&uv_write)>(dlsym(RTLD_NEXT, "uv_write"));
  return errorOfRequests != 0 ? errorOfRequests : real(request, stream, buffers, count, onWritten);
}

namespace sluice {

WriteRequestFaults::WriteRequestFaults(int error) { errorOfRequests = error; }

WriteRequestFaults::~WriteRequestFaults() { errorOfRequests = 0; }

WriteFaults::WriteFaults(int descriptor, Policy policy) {
  faultyDescriptor = descriptor;
  policyOfWrites = std::move(policy);
}

WriteFaults::~WriteFaults() {
  faultyDescriptor = -1;
  policyOfWrites = nullptr;
}

}  // namespace sluice
