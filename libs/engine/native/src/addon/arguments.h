#pragma once

#include <node_api.h>
#include <uv.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>

#include "../slot_table.h"

namespace sluice {

// JavaScript represents an id as one number.
constexpr double kSlots = 4294967296.0;

inline double numberOf(Id id) { return id.generation * kSlots + id.slot; }

inline Id idOf(double number) {
  if (!(number >= 0 && number < kSlots * kSlots)) return Id{0, 0};
  const auto word = static_cast<uint64_t>(number);
  return Id{static_cast<uint32_t>(word), static_cast<uint32_t>(word >> 32)};
}

inline void throwError(napi_env env, const char* message) { napi_throw_error(env, nullptr, message); }

/// Returns the memory of a typed array; null for any other value.
inline void* memoryOf(napi_env env, napi_value value, size_t* bytes) {
  bool isTypedArray = false;
  if (napi_is_typedarray(env, value, &isTypedArray) != napi_ok || !isTypedArray) return nullptr;
  napi_typedarray_type type = napi_uint8_array;
  size_t length = 0;
  void* data = nullptr;
  napi_get_typedarray_info(env, value, &type, &length, &data, nullptr, nullptr);
  *bytes = type == napi_float64_array ? length * sizeof(double) : length;
  return data;
}

/// The arguments of a method call.
template <size_t kCount>
class Arguments {
 public:
  Arguments(napi_env env, napi_callback_info info) : env_(env) {
    size_t count = kCount;
    // Missing arguments are undefined.
    napi_get_cb_info(env, info, &count, values_, nullptr, nullptr);
  }

  napi_value operator[](size_t index) const { return values_[index]; }

  /// Returns NaN if the argument is not a number.
  double numberAt(size_t index) const {
    double number = std::nan("");
    napi_get_value_double(env_, values_[index], &number);
    return number;
  }

  bool isText(size_t index) const {
    napi_valuetype type = napi_undefined;
    return napi_typeof(env_, values_[index], &type) == napi_ok && type == napi_string;
  }

  /// Returns a Latin-1 text; an empty one if the argument is no text.
  std::string textAt(size_t index) const {
    size_t length = 0;
    if (napi_get_value_string_latin1(env_, values_[index], nullptr, 0, &length) != napi_ok) return {};
    std::string text(length, '\0');
    napi_get_value_string_latin1(env_, values_[index], text.data(), length + 1, &length);
    return text;
  }

  bool flagAt(size_t index) const {
    bool flag = false;
    napi_get_value_bool(env_, values_[index], &flag);
    return flag;
  }

  /// Parses an IP address as text, and a port. Returns 0 or a libuv error.
  int addressAt(size_t textIndex, size_t portIndex, sockaddr_storage* address) const {
    char text[64] = "";
    napi_get_value_string_latin1(env_, values_[textIndex], text, sizeof(text), nullptr);
    const double port = numberAt(portIndex);
    if (!(port >= 0 && port <= 65535)) return UV_EINVAL;
    if (uv_ip4_addr(text, static_cast<int>(port), reinterpret_cast<sockaddr_in*>(address)) == 0) return 0;
    return uv_ip6_addr(text, static_cast<int>(port), reinterpret_cast<sockaddr_in6*>(address));
  }

 private:
  napi_env env_;
  napi_value values_[kCount];
};

}  // namespace sluice
