package io.gpuinfer.serving.device;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.TensorInfo;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes inputs that a model can be tried with, from nothing but what it says of its inputs. */
final class CanaryInputs {

  /** Extents tried for axes that the model leaves open, except the first, which is 1. */
  static final List<Integer> CANDIDATES = List.of(32, 16, 64, 48, 8, 1, 128, 224, 256);

  private static final int PERIOD = 17;

  private CanaryInputs() {}

  /** Numbers that repeat but differ from place to place; ones where they may be ids or masks. */
  static Map<String, Tensor> of(List<TensorInfo> infos, int candidate) {
    Map<String, Tensor> inputs = new HashMap<>();
    for (TensorInfo info : infos) {
      long[] shape = new long[info.shape().size()];
      for (int axis = 0; axis < shape.length; axis++) {
        long extent = info.shape().get(axis);
        shape[axis] = extent != TensorInfo.DYNAMIC ? extent : axis == 0 ? 1 : candidate;
      }
      inputs.put(info.name(), filled(info.type(), shape));
    }
    return inputs;
  }

  private static Tensor filled(DataType type, long... shape) {
    int size = Tensor.sizeOf(shape);
    switch (type) {
      case INT32 -> {
        int[] ones = new int[size];
        Arrays.fill(ones, 1);
        return Tensor.wrap(ones, shape);
      }
      case INT64 -> {
        long[] ones = new long[size];
        Arrays.fill(ones, 1);
        return Tensor.wrap(ones, shape);
      }
      case UINT8, INT8, BOOL -> {
        byte[] ones = new byte[size];
        Arrays.fill(ones, (byte) 1);
        return Tensor.wrap(type, ones, shape);
      }
      default -> {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
          values[i] = (float) (i % PERIOD) / PERIOD;
        }
        return Tensor.rounded(type, values, shape);
      }
    }
  }
}
