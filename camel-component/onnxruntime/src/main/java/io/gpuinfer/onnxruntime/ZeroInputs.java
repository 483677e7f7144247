package io.gpuinfer.onnxruntime;

import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.TensorInfo;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Inputs of zeros to warm a model up with. */
final class ZeroInputs {

  private ZeroInputs() {}

  /** One tensor for each input, of the given shape, or of the model's with 1 for open extents. */
  static Map<String, Tensor> of(List<TensorInfo> inputs, Map<String, long[]> shapes) {
    Map<String, Tensor> zeros = new HashMap<>();
    for (TensorInfo input : inputs) {
      long[] shape = shapes.get(input.name());
      zeros.put(input.name(), zeros(input, shape == null ? smallest(input) : shape));
    }
    return zeros;
  }

  private static long[] smallest(TensorInfo input) {
    return input.shape().stream().mapToLong(dim -> dim == TensorInfo.DYNAMIC ? 1 : dim).toArray();
  }

  private static Tensor zeros(TensorInfo input, long[] shape) {
    int size = Tensor.sizeOf(shape);
    return switch (input.type()) {
      case FLOAT32 -> Tensor.wrap(new float[size], shape);
      case FLOAT64 -> Tensor.wrap(new double[size], shape);
      case FLOAT16, BFLOAT16 -> Tensor.wrap(input.type(), new short[size], shape);
      case INT32 -> Tensor.wrap(new int[size], shape);
      case INT64 -> Tensor.wrap(new long[size], shape);
      case INT8, UINT8, BOOL -> Tensor.wrap(input.type(), new byte[size], shape);
    };
  }
}
