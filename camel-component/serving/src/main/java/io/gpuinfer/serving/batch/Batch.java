package io.gpuinfer.serving.batch;

import io.gpuinfer.engine.GpuInferException;
import io.gpuinfer.engine.RunOptions;
import io.gpuinfer.engine.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Requests that share one run: their inputs stacked along axis 0, the outputs cut apart again. */
public final class Batch {

  private final List<Part> parts = new ArrayList<>();
  private int rows;
  private int length;
  private long tightest = Long.MAX_VALUE;

  public Batch(Part first) {
    add(first);
  }

  private Batch(List<Part> parts) {
    parts.forEach(this::add);
  }

  /** Adds a request, whose form has to join that of the others. */
  void add(Part part) {
    parts.add(part);
    rows += part.rows();
    length = Math.max(length, part.job().form().length());
    long deadline = part.job().request().deadlineNanos();
    // Differences, because the clock may overflow.
    if (tightest == Long.MAX_VALUE || (deadline != Long.MAX_VALUE && deadline - tightest < 0)) {
      tightest = deadline;
    }
  }

  public List<Part> parts() {
    return parts;
  }

  public int size() {
    return parts.size();
  }

  /** Rows of all requests. */
  public int rows() {
    return rows;
  }

  /** The extent along the axis of padding: that of the longest. */
  int length() {
    return length;
  }

  /** The deadline of the request that has the least time; {@link Long#MAX_VALUE} without any. */
  long tightestDeadline() {
    return tightest;
  }

  /** The form of its requests, as the first has it. */
  Form form() {
    return parts.get(0).job().form();
  }

  /** Two batches with half of the requests each; there must be two at least. */
  public List<Batch> halves() {
    int half = parts.size() / 2;
    return List.of(new Batch(parts.subList(0, half)), new Batch(parts.subList(half, parts.size())));
  }

  /** The latest of the deadlines, so that no request is cut short by another. */
  public RunOptions options() {
    long deadline = Long.MIN_VALUE;
    for (Part part : parts) {
      deadline = later(deadline, part.job().request().deadlineNanos());
    }
    return new RunOptions(
        deadline, () -> parts.stream().allMatch(part -> part.job().isCancelled()));
  }

  public Map<String, Tensor> inputs() {
    if (parts.size() == 1) {
      return parts.get(0).inputs();
    }
    List<Map<String, Tensor>> each = parts.stream().map(Part::inputs).toList();
    Map<String, Tensor> stacked = new HashMap<>();
    for (String name : each.get(0).keySet()) {
      stacked.put(name, Rows.concatenated(each.stream().map(inputs -> inputs.get(name)).toList()));
    }
    return stacked;
  }

  /**
   * The outputs of each request, in the order of {@link #parts()}. They are cut out when asked for,
   * so that the device need not wait for it.
   *
   * @throws GpuInferException when an output has not a row for each row of the inputs
   */
  public List<Supplier<Map<String, Tensor>>> split(Map<String, Tensor> outputs) {
    if (parts.size() == 1 && parts.get(0).job().parts().size() == 1) {
      return List.of(() -> outputs);
    }
    outputs.forEach(this::requireRows);
    List<Supplier<Map<String, Tensor>>> each = new ArrayList<>();
    int row = 0;
    for (Part part : parts) {
      int from = row;
      each.add(() -> rows(outputs, from, part.rows()));
      row += part.rows();
    }
    return each;
  }

  private static Map<String, Tensor> rows(Map<String, Tensor> outputs, int from, int count) {
    Map<String, Tensor> rows = new HashMap<>();
    outputs.forEach((name, output) -> rows.put(name, Rows.of(output, from, count)));
    return rows;
  }

  private void requireRows(String name, Tensor output) {
    if (output.rank() == 0 || output.dim(0) != rows) {
      throw new GpuInferException(
          "Output %s is %s and cannot be shared out over the %d rows of a batch; set"
                  .formatted(name, output, rows)
              + " maxBatchSize to 1 for this model");
    }
  }

  private static long later(long one, long other) {
    if (one == Long.MIN_VALUE || other == Long.MAX_VALUE) {
      return other;
    }
    return one == Long.MAX_VALUE || one - other > 0 ? one : other;
  }
}
