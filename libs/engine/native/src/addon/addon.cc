// The JavaScript interface of the engine, built on Node-API alone. No exception crosses this interface, and it is not
// on the path of frames.

#include <node_api.h>
#include <uv.h>

#include "../accept_key.h"
#include "../api_key.h"
#include "../shared_port.h"
#include "../switching_answer.h"
#include "../upgrade_head.h"
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

// readSwitchingAnswer(head, key, protocols, mayCompress): the 101 for the client, the subprotocol and the extensions;
// undefined if the answer is no ordinary 101
napi_value readAnswer(napi_env env, napi_callback_info info) {
  const Arguments<4> arguments(env, info);
  const SwitchingOffer offer{acceptKeyOf(arguments.textAt(1)), arguments.textAt(2), arguments.flagAt(3)};
  SwitchingAnswer answer;
  napi_value values = nullptr;
  if (!readSwitchingAnswer(arguments.textAt(0), offer, &answer)) return values;
  const std::string texts[] = {composeSwitchingAnswer(answer, ""), answer.protocol, answer.extensions};
  napi_create_array(env, &values);
  for (uint32_t index = 0; index < 3; index += 1) {
    napi_value text = nullptr;
    napi_create_string_latin1(env, texts[index].data(), texts[index].size(), &text);
    napi_set_element(env, values, index, text);
  }
  return values;
}

// readUpgradeHead(bytes, ranges): returns the length of the head, or 0. `ranges` is an Int32Array with the layout of
// `UpgradeHead`.
napi_value readHead(napi_env env, napi_callback_info info) {
  const Arguments<2> arguments(env, info);
  size_t length = 0;
  size_t ranges = 0;
  const auto* bytes = static_cast<const char*>(memoryOf(env, arguments[0], &length));
  auto* read = static_cast<UpgradeHead*>(memoryOf(env, arguments[1], &ranges));
  if (bytes == nullptr || read == nullptr || ranges * sizeof(int32_t) < sizeof(UpgradeHead))
    return createNumber(env, 0);
  return createNumber(env, static_cast<int>(readUpgradeHead(std::string_view(bytes, length), read)));
}

// hasSecret(text, secretHash)
napi_value checkSecret(napi_env env, napi_callback_info info) {
  const Arguments<2> arguments(env, info);
  // With place for one unit more, which shows that the text is longer, and for the zero behind it. UTF-16, since Latin-1
  // would drop bits of a unit.
  char16_t text[kApiKeyLength + 2];
  char hash[kSecretHashLength + 2];
  size_t textLength = 0;
  size_t hashLength = 0;
  napi_get_value_string_utf16(env, arguments[0], text, kApiKeyLength + 2, &textLength);
  napi_get_value_string_latin1(env, arguments[1], hash, kSecretHashLength + 2, &hashLength);
  napi_value result = nullptr;
  napi_get_boolean(env, hasSecret({text, textLength}, {hash, hashLength}), &result);
  return result;
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
      {"readSwitchingAnswer", nullptr, readAnswer, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
      {"readUpgradeHead", nullptr, readHead, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
      {"hasSecret", nullptr, checkSecret, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
      {"boundPortOf", nullptr, readBoundPort, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
  };
  napi_define_properties(env, exports, sizeof(properties) / sizeof(properties[0]), properties);
  return exports;
}

}  // namespace
}  // namespace sluice

NAPI_MODULE_INIT() { return sluice::initialize(env, exports); }
