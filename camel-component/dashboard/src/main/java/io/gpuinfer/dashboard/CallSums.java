package io.gpuinfer.dashboard;

import io.gpuinfer.component.CallReport;
import io.gpuinfer.engine.DeadlineExceededException;
import io.gpuinfer.engine.DeviceKind;
import io.gpuinfer.engine.OverloadedException;
import java.util.EnumMap;
import java.util.Map;

/**
 * What became of requests to one model; each is counted once.
 *
 * @param answered by the kind of the device that did it
 * @param refused as there was too much to do
 * @param expired that got no answer in time
 * @param failed by an error of their own, or of the device
 */
record CallSums(Map<DeviceKind, Answered> answered, long refused, long expired, long failed) {

  static final CallSums NONE = new CallSums(Map.of(), 0, 0, 0);

  CallSums {
    answered = Map.copyOf(answered);
  }

  static CallSums of(CallReport call) {
    if (call.failure() == null) {
      return new CallSums(Map.of(call.result().device().kind(), Answered.of(call)), 0, 0, 0);
    }
    // As the endpoints tell them apart, too.
    if (call.failure() instanceof OverloadedException) {
      return new CallSums(Map.of(), 1, 0, 0);
    }
    return call.failure() instanceof DeadlineExceededException
        ? new CallSums(Map.of(), 0, 1, 0)
        : new CallSums(Map.of(), 0, 0, 1);
  }

  CallSums plus(CallSums other) {
    Map<DeviceKind, Answered> sum = new EnumMap<>(DeviceKind.class);
    sum.putAll(answered);
    other.answered.forEach((kind, more) -> sum.merge(kind, more, Answered::plus));
    return new CallSums(
        sum, refused + other.refused, expired + other.expired, failed + other.failed);
  }

  long done() {
    return answered.values().stream().mapToLong(Answered::requests).sum();
  }

  long degraded() {
    return answered.values().stream().mapToLong(Answered::degraded).sum();
  }

  /** All that ended, in whichever way. */
  long ended() {
    return done() + refused + expired + failed;
  }
}
