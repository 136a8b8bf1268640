#pragma once

#include <sys/types.h>

#include <cstddef>
#include <functional>

namespace sluice {

/// While one exists, it decides what each write to a descriptor does. Other descriptors are written as always.
class WriteFaults {
 public:
  /// Is given how many bytes are to be written, and answers with how many of them the system takes, or a negative errno.
  using Policy = std::function<ssize_t(size_t wanted)>;

  WriteFaults(int descriptor, Policy policy);
  WriteFaults(const WriteFaults&) = delete;
  WriteFaults& operator=(const WriteFaults&) = delete;
  ~WriteFaults();
};

/// While one exists, libuv takes no write that has to wait, and answers with this error of its own.
class WriteRequestFaults {
 public:
  explicit WriteRequestFaults(int error);
  WriteRequestFaults(const WriteRequestFaults&) = delete;
  WriteRequestFaults& operator=(const WriteRequestFaults&) = delete;
  ~WriteRequestFaults();
};

}  // namespace sluice
