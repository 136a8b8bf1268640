// The methods of an engine for connections, their lanes and their counters.

#include <algorithm>

#include "arguments.h"
#include "binding.h"

namespace sluice {
namespace {

/// The numeric arguments of `join`, as 64-bit floats in this order.
struct JoinNumbers {
  double idleMs;
  double maxLifetimeMs;
  double pingIntervalMs;
  double closeTimeoutMs;
  double halfOpenTimeoutMs;
  double maxMessageBytes;
  double reservedBits;
  double onRate;
};

}  // namespace

// join(client, upstream, clientHead, upstreamHead, numbers, laneFromClient, laneFromUpstream, extraFields, narrowerLanes):
// returns the id of a connection, or 0; -1 if one of the sockets has a record that was not read yet
napi_value Binding::join(napi_callback_info info) {
  const Arguments<9> arguments(env_, info);
  size_t numbersBytes = 0;
  const auto* numbers = static_cast<const JoinNumbers*>(memoryOf(env_, arguments[4], &numbersBytes));
  JoinInput input{};
  input.client = idOf(arguments.numberAt(0));
  input.upstream = idOf(arguments.numberAt(1));
  if (engine_->hasUnread(input.client, input.upstream)) return number(-1);
  input.clientHead = static_cast<const uint8_t*>(memoryOf(env_, arguments[2], &input.clientHeadBytes));
  input.upstreamHead = static_cast<const uint8_t*>(memoryOf(env_, arguments[3], &input.upstreamHeadBytes));
  input.laneFromClient = laneOf(arguments[5]);
  input.laneFromUpstream = laneOf(arguments[6]);
  if (numbersBytes != sizeof(JoinNumbers) || input.laneFromClient == nullptr || input.laneFromUpstream == nullptr) {
    throwError(env_, "join needs (client, upstream, clientHead, upstreamHead, numbers, lane, lane, extraFields)");
    return nullptr;
  }
  input.limits = RelayLimits{{numbers->idleMs, numbers->maxLifetimeMs, numbers->pingIntervalMs},
                             numbers->closeTimeoutMs,
                             numbers->halfOpenTimeoutMs};
  input.maxMessageBytes = maxMessageBytesOf(numbers->maxMessageBytes);
  input.reservedBits = static_cast<ReservedBits>(static_cast<uint8_t>(numbers->reservedBits));
  input.onRate = static_cast<OnRate>(static_cast<uint8_t>(numbers->onRate));
  input.extraFields = arguments.textAt(7);
  input.narrowerLanes = narrowerLanesOf(arguments[8]);
  const Id connection = engine_->join(input);
  forgetUnused(input.narrowerLanes);
  return number(numberOf(connection));
}

// setNarrowerLanes(connection, narrowerLanes)
napi_value Binding::setNarrowerLanes(napi_callback_info info) {
  const Arguments<2> arguments(env_, info);
  const NarrowerLanes<LaneMemory> lanes = narrowerLanesOf(arguments[1]);
  engine_->setNarrowerLanes(idOf(arguments.numberAt(0)), lanes);
  forgetUnused(lanes);
  return nullptr;
}

// bufferedBytes(connection)
napi_value Binding::bufferedBytes(napi_callback_info info) {
  const Arguments<1> arguments(env_, info);
  return number(static_cast<double>(engine_->bufferedBytes(idOf(arguments.numberAt(0)))));
}

// An array of at most two pairs of lanes, of the client's messages and of the upstream's. Any other value means none.
NarrowerLanes<LaneMemory> Binding::narrowerLanesOf(napi_value arrays) {
  NarrowerLanes<LaneMemory> lanes;
  uint32_t length = 0;
  if (napi_get_array_length(env_, arrays, &length) != napi_ok) return lanes;
  for (uint32_t index = 0; index < std::min<uint32_t>(length, 2 * lanes.kMax); index += 1) {
    napi_value array = nullptr;
    napi_get_element(env_, arrays, index, &array);
    lanes.from[index % 2][index / 2] = laneOf(array);
  }
  return lanes;
}

// A connection that has ended has taken no lane.
void Binding::forgetUnused(const NarrowerLanes<LaneMemory>& lanes) {
  for (const Side side : kSides) {
    lanes.forEachFrom(side, [this](LaneMemory& memory) {
      if (!engine_->usesLane(&memory)) onLaneIdle(&memory);
    });
  }
}

// The memory is kept alive as long as a connection uses the lane.
LaneMemory* Binding::laneOf(napi_value array) {
  size_t bytes = 0;
  auto* memory = static_cast<LaneMemory*>(memoryOf(env_, array, &bytes));
  if (memory == nullptr || bytes != sizeof(LaneMemory)) return nullptr;
  napi_ref& reference = lanes_[memory];
  if (reference == nullptr) napi_create_reference(env_, array, 1, &reference);
  return memory;
}

// countersPage(index): returns the counters of the connections of 1,024 slots, as a Float64Array
napi_value Binding::countersPage(napi_callback_info info) {
  size_t count = 1;
  napi_value argument = nullptr;
  napi_get_cb_info(env_, info, &count, &argument, nullptr, nullptr);
  uint32_t index = 0;
  napi_value page = nullptr;
  if (napi_get_value_uint32(env_, argument, &index) == napi_ok && index < pages_.size()) {
    napi_get_reference_value(env_, pages_[index], &page);
  }
  return page;
}

}  // namespace sluice
