// The JavaScript interface of the engine, built on Node-API alone. No exception crosses this interface, and it is not
// on the path of frames.

#include <node_api.h>
#include <uv.h>

#include "../shared_port.h"
#include "arguments.h"
#include "binding.h"

namespace sluice {
namespace {

napi_value createNumber(napi_env env, int value) {
  napi_value result = nullptr;
  napi_create_int32(env, value, &result);
  return result;
}

// reservePort(address, port) and openListener(address, port): return a descriptor, or a libuv error
template <int (*kBind)(const sockaddr*)>
napi_value bindDescriptor(napi_env env, napi_callback_info info) {
  const Arguments<2> arguments(env, info);
  sockaddr_storage address{};
  const int error = arguments.addressAt(0, 1, &address);
  return createNumber(env, error != 0 ? error : kBind(reinterpret_cast<sockaddr*>(&address)));
}

// boundPortOf(descriptor)
napi_value readBoundPort(napi_env env, napi_callback_info info) {
  const Arguments<1> arguments(env, info);
  return createNumber(env, boundPortOf(static_cast<int>(arguments.numberAt(0))));
}

napi_value initialize(napi_env env, napi_value exports) {
  napi_value compiled = nullptr;
  napi_value actual = nullptr;
  napi_create_double(env, static_cast<double>(sizeof(uv_tcp_t)), &compiled);
  napi_create_double(env, static_cast<double>(uv_handle_size(UV_TCP)), &actual);
  const napi_property_descriptor properties[] = {
      {"compiledTcpBytes", nullptr, nullptr, nullptr, nullptr, compiled, napi_enumerable, nullptr},
      {"runtimeTcpBytes", nullptr, nullptr, nullptr, nullptr, actual, napi_enumerable, nullptr},
      {"createEngine", nullptr, Binding::create, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
      {"reservePort", nullptr, bindDescriptor<reservePort>, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
      {"openListener", nullptr, bindDescriptor<openListener>, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
      {"boundPortOf", nullptr, readBoundPort, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
  };
  napi_define_properties(env, exports, sizeof(properties) / sizeof(properties[0]), properties);
  return exports;
}

}  // namespace
}  // namespace sluice

NAPI_MODULE_INIT() { return sluice::initialize(env, exports); }
