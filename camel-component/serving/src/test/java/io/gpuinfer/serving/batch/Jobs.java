package io.gpuinfer.serving.batch;

import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.DeviceKind;
import io.gpuinfer.engine.Execution;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.serving.InferenceRequest;
import io.gpuinfer.serving.Padding;
import io.gpuinfer.serving.Priority;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Requests as tests need them. */
public final class Jobs {

  private static final int LARGE = 1 << 20;
  private static final DeviceInfo DEVICE =
      new DeviceInfo(0, "fake", DeviceKind.ACCELERATOR, 1 << 20, 1 << 20, 1, "test");

  private Jobs() {}

  /** A request of one row of one element. */
  public static Job job(Priority priority) {
    return job(row(1), priority, Long.MAX_VALUE, LARGE);
  }

  /** A request that is cut into parts of so many rows. */
  public static Job job(Tensor x, Priority priority, long deadline, int maxRows) {
    InferenceRequest request = new InferenceRequest(Map.of("x", x), priority, deadline);
    return new Job(request, Form.of(request.inputs(), Optional.empty()), 0, maxRows);
  }

  static Part part(Map<String, Tensor> inputs, Optional<Padding> padding) {
    InferenceRequest request = new InferenceRequest(inputs, Priority.NORMAL, Long.MAX_VALUE);
    return new Job(request, Form.of(inputs, padding), 0, LARGE).parts().get(0);
  }

  static Part part(Tensor x) {
    return part(Map.of("x", x), Optional.empty());
  }

  static Part part(Priority priority, long deadline) {
    return job(row(1), priority, deadline, LARGE).parts().get(0);
  }

  static Part padded(int rows, int length) {
    return part(Map.of("x", zeros(rows, length)), Optional.of(new Padding(1)));
  }

  /** One row of a length, which may be padded. */
  static Part padded(int length, Priority priority) {
    InferenceRequest request =
        new InferenceRequest(Map.of("x", row(length)), priority, Long.MAX_VALUE);
    Form form = Form.of(request.inputs(), Optional.of(new Padding(1)));
    return new Job(request, form, 0, LARGE).parts().get(0);
  }

  static Batch batch(Part... parts) {
    Batch batch = new Batch(parts[0]);
    List.of(parts).subList(1, parts.length).forEach(batch::add);
    return batch;
  }

  /** A batch of one request with so many rows of one element. */
  static Batch batch(int rows) {
    return new Batch(part(zeros(rows, 1)));
  }

  static Tensor row(int length) {
    return zeros(1, length);
  }

  public static Tensor zeros(int rows, int length) {
    return Tensor.wrap(new float[rows * length], rows, length);
  }

  /** Lets an estimate see a run of so many rows of one element. */
  public static void learn(WorkEstimate estimate, long flops, int rows) {
    estimate.learn(batch(rows), execution(flops));
  }

  /** A run, of so many FLOPs. */
  static Execution execution(long flops) {
    return new Execution(DEVICE, 1, 1, flops, flops, 0, 1, 0, 0, 0, 0);
  }
}
