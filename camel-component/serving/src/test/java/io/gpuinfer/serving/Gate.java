package io.gpuinfer.serving;

import io.gpuinfer.engine.RunOptions;
import io.gpuinfer.engine.Tensor;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;

/** Holds the first run until the test opens it, so that the queue behind it can be looked at. */
final class Gate implements BiFunction<Map<String, Tensor>, RunOptions, Map<String, Tensor>> {

  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch open = new CountDownLatch(1);

  @Override
  public Map<String, Tensor> apply(Map<String, Tensor> inputs, RunOptions bounds) {
    reached.countDown();
    await(open);
    return Map.of("y", inputs.get("x"));
  }

  void awaitReached() {
    await(reached);
  }

  void open() {
    open.countDown();
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(10, TimeUnit.SECONDS)) {
        throw new AssertionError("Waited 10 s in vain");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
