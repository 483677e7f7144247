package io.gpuinfer.serving;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.GpuInferException;
import io.gpuinfer.engine.RunOptions;
import io.gpuinfer.engine.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Requests that share one run: their inputs stacked along axis 0, the outputs cut apart again. */
final class Batch {

  private final List<PendingRequest> requests = new ArrayList<>();
  private int rows;

  Batch(PendingRequest first) {
    requests.add(first);
    rows = rowsOf(first);
  }

  /** Adds a request if it stacks with the others and the batch stays within a number of rows. */
  boolean join(PendingRequest other, int maxRows) {
    int more = rowsOf(other);
    if (rows < 1 || more < 1 || rows + more > maxRows || !stacks(requests.get(0), other)) {
      return false;
    }
    requests.add(other);
    rows += more;
    return true;
  }

  List<PendingRequest> requests() {
    return List.copyOf(requests);
  }

  int size() {
    return requests.size();
  }

  /** The latest of the deadlines, so that no request is cut short by another. */
  RunOptions options() {
    long deadline = Long.MIN_VALUE;
    for (PendingRequest pending : requests) {
      deadline = later(deadline, pending.request().deadlineNanos());
    }
    return new RunOptions(deadline, () -> requests.stream().allMatch(PendingRequest::isCancelled));
  }

  Map<String, Tensor> inputs() {
    if (requests.size() == 1) {
      return requests.get(0).inputs();
    }
    Map<String, Tensor> stacked = new HashMap<>();
    for (String name : requests.get(0).inputs().keySet()) {
      stacked.put(name, stack(requests.stream().map(r -> r.inputs().get(name)).toList()));
    }
    return stacked;
  }

  /** The outputs of each request, in the order of {@link #requests()}. */
  List<Map<String, Tensor>> split(Map<String, Tensor> outputs) {
    if (requests.size() == 1) {
      return List.of(outputs);
    }
    List<Map<String, Tensor>> parts = new ArrayList<>();
    int row = 0;
    for (PendingRequest pending : requests) {
      int count = rowsOf(pending);
      Map<String, Tensor> part = new HashMap<>();
      for (Map.Entry<String, Tensor> output : outputs.entrySet()) {
        part.put(output.getKey(), rows(output.getKey(), output.getValue(), row, count));
      }
      parts.add(part);
      row += count;
    }
    return parts;
  }

  /** The common extent of axis 0, or −1 when the inputs have none in common. */
  private static int rowsOf(PendingRequest pending) {
    long rows = -1;
    for (Tensor input : pending.inputs().values()) {
      if (input.rank() == 0 || (rows >= 0 && rows != input.dim(0))) {
        return -1;
      }
      rows = input.dim(0);
    }
    return (int) rows;
  }

  private static boolean stacks(PendingRequest one, PendingRequest other) {
    return one.inputs().keySet().equals(other.inputs().keySet())
        && one.inputs().entrySet().stream()
            .allMatch(input -> stacks(input.getValue(), other.inputs().get(input.getKey())));
  }

  private static boolean stacks(Tensor one, Tensor other) {
    if (one.type() != other.type()
        || one.rank() != other.rank()
        || (one.type() != DataType.FLOAT32 && one.type() != DataType.INT64)) {
      return false;
    }
    for (int axis = 1; axis < one.rank(); axis++) {
      if (one.dim(axis) != other.dim(axis)) {
        return false;
      }
    }
    return true;
  }

  private Tensor stack(List<Tensor> parts) {
    long[] shape = parts.get(0).shape();
    shape[0] = rows;
    int size = Tensor.sizeOf(shape);
    int at = 0;
    if (parts.get(0).type() == DataType.INT64) {
      long[] values = new long[size];
      for (Tensor part : parts) {
        part.longs().get(values, at, part.size());
        at += part.size();
      }
      return Tensor.wrap(values, shape);
    }
    float[] values = new float[size];
    for (Tensor part : parts) {
      part.floats().get(values, at, part.size());
      at += part.size();
    }
    return Tensor.wrap(values, shape);
  }

  private Tensor rows(String name, Tensor output, int from, int count) {
    if (output.rank() == 0 || output.dim(0) != rows) {
      throw new GpuInferException(
          "Output %s is %s and cannot be shared out over the %d rows of a batch"
              .formatted(name, output, rows));
    }
    long[] shape = output.shape();
    shape[0] = count;
    return output.part(output.size() / rows * from, shape);
  }

  private static long later(long one, long other) {
    if (one == Long.MIN_VALUE || other == Long.MAX_VALUE) {
      return other;
    }
    return one == Long.MAX_VALUE || one - other > 0 ? one : other;
  }
}
