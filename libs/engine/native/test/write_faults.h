#pragma once

#include <sys/types.h>

#include <cstddef>
#include <functional>

namespace sluice {

/// While one exists, it decides what each write to a descriptor does. Other descriptors are written as always.
class WriteFaults {
 public:
  /// Gets the number of bytes to write, and returns how many of them the system accepts, or a negative errno.
  using Policy = std::function<ssize_t(size_t wanted)>;

  WriteFaults(int descriptor, Policy policy);
  WriteFaults(const WriteFaults&) = delete;
  WriteFaults& operator=(const WriteFaults&) = delete;
  ~WriteFaults();
};

/// While one exists, libuv refuses each write that has to wait, with this error.
class WriteRequestFaults {
 public:
  explicit WriteRequestFaults(int error);
  WriteRequestFaults(const WriteRequestFaults&) = delete;
  WriteRequestFaults& operator=(const WriteRequestFaults&) = delete;
  ~WriteRequestFaults();
};

}  // namespace sluice
