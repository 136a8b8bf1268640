#include <doctest/doctest.h>

#include "../src/frame_follower.h"
#include "following.h"
#include "frames.h"

using namespace sluice;

namespace {

class FrameRecorder final : public FollowerObserver {
 public:
  void onFrame(uint8_t firstByte, uint64_t payloadLength, const uint8_t* mask) override {
    bytes.push_back(firstByte);
    lengths.push_back(payloadLength);
    masks.push_back(mask == nullptr ? Bytes{} : Bytes(mask, mask + 4));
    payloads.emplace_back();
  }
  void onPayload(const uint8_t* part, size_t length) override {
    payloads.back().insert(payloads.back().end(), part, part + length);
  }
  void onFrameEnd() override { ends += 1; }

  Bytes bytes;
  std::vector<uint64_t> lengths;
  std::vector<Bytes> masks;
  std::vector<Bytes> payloads;
  size_t ends = 0;
};

FrameFollower followerOf(Side sender) { return FrameFollower(FrameRules(sender, ReservedBits::kNone), nullptr); }

}  // namespace

TEST_CASE("an observer sees each frame as it is on the wire, with any chunking") {
  const Bytes bytes = concat({frameOf(Side::kClient, kOpcodeText, Bytes{1, 2, 3}),
                              frameOf(Side::kClient, 0x89, Bytes{}), frameOf(Side::kClient, kFinalBit, Bytes{4, 5})});
  for (size_t size = 1; size <= bytes.size(); size += 1) {
    FrameFollower follower = followerOf(Side::kClient);
    FrameRecorder recorder;
    follower.observe(recorder);
    Following(follower).pushInChunks(bytes, {size});
    CHECK(recorder.bytes == Bytes{0x01, 0x89, 0x80});
    CHECK(recorder.lengths == std::vector<uint64_t>{3, 0, 2});
    CHECK(recorder.masks == std::vector<Bytes>(3, Bytes(kTestMask.begin(), kTestMask.end())));
    CHECK(recorder.payloads == std::vector<Bytes>{{1 ^ 9, 2 ^ 8, 3 ^ 7}, {}, {4 ^ 9, 5 ^ 8}});
    CHECK(recorder.ends == 3);
  }
}

TEST_CASE("an observer sees no mask on the frames of an upstream") {
  FrameFollower follower = followerOf(Side::kUpstream);
  FrameRecorder recorder;
  follower.observe(recorder);
  Following(follower).push(textFrame(Side::kUpstream, "plain"));
  CHECK(recorder.masks == std::vector<Bytes>{{}});
  CHECK(recorder.payloads == std::vector<Bytes>{bytesOf("plain")});
}

TEST_CASE("an observer that is attached in the middle of a frame sees the next frame, whole") {
  FrameFollower follower = followerOf(Side::kUpstream);
  Following following(follower);
  const Bytes frame = textFrame(Side::kUpstream, "hello");
  following.push(partOf(frame, 0, 4));
  FrameRecorder recorder;
  follower.observe(recorder);
  following.push(concat({partOf(frame, 4, frame.size()), frame}));
  CHECK(recorder.payloads == std::vector<Bytes>{bytesOf("hello")});
  CHECK(recorder.ends == 1);
}

TEST_CASE("an observer that is detached in the middle of a frame sees the rest of that frame, and nothing after it") {
  FrameFollower follower = followerOf(Side::kUpstream);
  Following following(follower);
  FrameRecorder recorder;
  follower.observe(recorder);
  const Bytes frame = textFrame(Side::kUpstream, "hello");
  following.push(partOf(frame, 0, 4));
  follower.stopObserving();
  following.push(concat({partOf(frame, 4, frame.size()), frame}));
  CHECK(recorder.payloads == std::vector<Bytes>{bytesOf("hello")});
  CHECK(recorder.ends == 1);
}

TEST_CASE("an observer sees no part of a forbidden or too big frame") {
  for (const uint8_t first : {0x83, 0x82}) {
    FrameFollower follower = followerOf(Side::kUpstream);
    follower.setMaxMessageBytes(10);
    FrameRecorder recorder;
    follower.observe(recorder);
    Following(follower).push(frameOf(Side::kUpstream, first, 11));
    CHECK(recorder.bytes.empty());
    CHECK(recorder.ends == 0);
  }
}
