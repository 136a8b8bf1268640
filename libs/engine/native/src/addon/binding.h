#pragma once

#include <node_api.h>

#include <memory>
#include <unordered_map>
#include <vector>

#include "../engine.h"
#include "arguments.h"

namespace sluice {

/// An engine, and the JavaScript objects that it needs.
class Binding final : private EngineHost {
 public:
  static napi_value create(napi_env env, napi_callback_info info);
  bool isOpen() const { return engine_ != nullptr; }

  napi_value listen(napi_callback_info info);
  napi_value listenOn(napi_callback_info info);
  napi_value portOf(napi_callback_info info);
  napi_value stopListening(napi_callback_info info);
  napi_value connect(napi_callback_info info);
  napi_value takeBack(napi_callback_info info);
  napi_value adopt(napi_callback_info info);
  napi_value write(napi_callback_info info);
  /// A method that is called with the id of a socket.
  template <void (Engine::*kAct)(Id)>
  napi_value act(napi_callback_info info) {
    const Arguments<1> arguments(env_, info);
    (engine_.get()->*kAct)(idOf(arguments.numberAt(0)));
    return nullptr;
  }
  napi_value release(napi_callback_info info);
  napi_value join(napi_callback_info info);
  napi_value setNarrowerLanes(napi_callback_info info);
  napi_value bufferedBytes(napi_callback_info info);
  napi_value countersPage(napi_callback_info info);
  napi_value runCommands();
  napi_value undelivered();
  napi_value advanceClock(napi_callback_info info);
  napi_value connections();
  napi_value unjoinedSockets();
  napi_value close();

 private:
  explicit Binding(napi_env env) : env_(env) {}
  ~Binding() = default;

  bool open(size_t count, const napi_value* arguments);
  void onRecords(size_t start, size_t end) override;
  void onTapped(const uint8_t* bytes, size_t length) override;
  Counters* createCountersPage() override;
  void onLaneIdle(LaneMemory* memory) override;
  const uint8_t* takeCommands(size_t* length) override;
  void onClosed() override;

  LaneMemory* laneOf(napi_value array);
  NarrowerLanes<LaneMemory> narrowerLanesOf(napi_value arrays);
  void forgetUnused(const NarrowerLanes<LaneMemory>& lanes);
  napi_value number(double value);
  napi_value boolean(bool value);
  void call(napi_ref function, size_t count, const napi_value* arguments);
  void freeWhenUnused();

  napi_env env_;
  std::unique_ptr<Engine> engine_;
  napi_async_context context_ = nullptr;
  napi_async_cleanup_hook_handle cleanup_ = nullptr;
  napi_ref object_ = nullptr;
  std::vector<napi_ref> references_;
  std::vector<napi_ref> pages_;
  std::unordered_map<LaneMemory*, napi_ref> lanes_;
  napi_ref onRecords_ = nullptr;
  napi_ref onTapped_ = nullptr;
  napi_ref onClosed_ = nullptr;
  uint8_t* inbox_ = nullptr;
  size_t inboxBytes_ = 0;
  uint8_t* outbox_ = nullptr;
  size_t outboxBytes_ = 0;
  bool isEnvironmentGone_ = false;
  bool isObjectGone_ = false;
};

}  // namespace sluice
