package io.gpuinfer.component;

import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.TensorInfo;
import io.gpuinfer.tasks.TaskType;
import java.util.List;

/**
 * Sees to it that the versions of a model of raw tensors take the same inputs: whoever sends them
 * knows the ones of the version that served when the route was written. Other tasks make the inputs
 * themselves.
 */
final class SameInputs {

  private List<TensorInfo> expected;

  /**
   * Takes a version that was loaded, or refuses it. The first one is always taken.
   *
   * @throws ModelLoadException when its inputs are others than those of the version before
   */
  synchronized void require(String model, LoadedVersion loaded) {
    if (loaded.task().type() != TaskType.TENSOR) {
      return;
    }
    List<TensorInfo> inputs = loaded.task().servers().get(0).describe().inputs();
    if (expected != null && !expected.equals(inputs)) {
      throw new ModelLoadException(
          "Version %s of model %s takes %s, but the version before takes %s; set the header %s to"
                  .formatted(loaded.version(), model, inputs, expected, GpuInferConstants.FORCE)
              + " true if those who send requests know");
    }
    expected = inputs;
  }

  /** Makes a change after which the inputs may be others; if it fails, they are not. */
  void withOthers(Runnable change) {
    List<TensorInfo> before = exchange(null);
    try {
      change.run();
    } catch (RuntimeException | Error e) {
      exchange(before);
      throw e;
    }
  }

  private synchronized List<TensorInfo> exchange(List<TensorInfo> inputs) {
    List<TensorInfo> before = expected;
    expected = inputs;
    return before;
  }
}
