package io.gpuinfer.serving.device;

import java.util.function.Consumer;
import java.util.function.Supplier;

/** A thread that does one thing after another with one device. */
public interface DeviceThread {

  /**
   * Does some work, and then tells what came of it, from the same thread. Neither may throw.
   *
   * @param done is told what the work gave
   */
  <T> void execute(Supplier<T> work, Consumer<T> done);

  /** Takes no more work; what was given before is still done. */
  void end();
}
