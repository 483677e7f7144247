package io.gpuinfer.engine.opencl;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.GpuInferException;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.TensorInfo;
import io.gpuinfer.engine.graph.Graph;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes inputs of zeros that a model can be planned and run for before any request has come. */
final class WarmUp {

  private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

  /** Extents tried for axes that the model leaves open, except the first, which is 1. */
  private static final int[] CANDIDATES = {32, 16, 64, 48, 8, 1, 128, 224, 256};

  private WarmUp() {}

  /**
   * @param shapes what the caller wants, by input name
   * @param shapeInputs inputs whose elements are extents; they get ones
   * @param planned throws when the model does not fit the inputs
   * @return empty when no elements of the shape inputs could be guessed
   * @throws ModelLoadException when the model has no shape inputs and fits none of the shapes tried
   */
  static Optional<Map<String, Tensor>> inputs(
      Graph graph,
      Map<String, long[]> shapes,
      Set<String> shapeInputs,
      Consumer<Map<String, Tensor>> planned) {
    GpuInferException first = null;
    for (int candidate : CANDIDATES) {
      Map<String, Tensor> inputs = inputs(graph, shapes, shapeInputs, 1, candidate);
      try {
        planned.accept(inputs);
      } catch (InvalidInputException | ModelLoadException e) {
        first = first == null ? e : first;
        continue;
      }
      alsoPlan(inputs(graph, shapes, shapeInputs, 2, 2 * candidate), planned);
      return Optional.of(inputs);
    }
    if (!shapeInputs.isEmpty()) {
      return Optional.empty();
    }
    throw new ModelLoadException(
        "'"
            + graph.name()
            + "' could not be planned for any shape tried; give warm-up shapes that fit it. "
            + first.getMessage(),
        first);
  }

  /**
   * Plans for larger extents too: where an extent was 1 some functions had a simpler form, and all
   * forms should be known before the program is compiled.
   */
  private static void alsoPlan(Map<String, Tensor> inputs, Consumer<Map<String, Tensor>> planned) {
    try {
      planned.accept(inputs);
    } catch (InvalidInputException | ModelLoadException e) {
      LOG.debug("The model does not take twice the extents: {}", e.getMessage());
    }
  }

  private static Map<String, Tensor> inputs(
      Graph graph, Map<String, long[]> shapes, Set<String> shapeInputs, int batch, int candidate) {
    Map<String, Tensor> inputs = new HashMap<>();
    for (TensorInfo input : graph.inputs()) {
      long[] shape = shapes.getOrDefault(input.name(), shape(input, batch, candidate));
      boolean extents = shapeInputs.contains(input.name());
      inputs.put(input.name(), filled(input.type(), extents ? 1 : 0, shape));
    }
    return inputs;
  }

  private static long[] shape(TensorInfo input, int batch, int candidate) {
    List<Long> extents = input.shape();
    long[] shape = new long[extents.size()];
    for (int i = 0; i < shape.length; i++) {
      long extent = extents.get(i);
      shape[i] = extent != TensorInfo.DYNAMIC ? extent : i == 0 ? batch : candidate;
    }
    return shape;
  }

  private static Tensor filled(DataType type, int value, long... shape) {
    int size = Tensor.sizeOf(shape);
    switch (type) {
      case FLOAT32, FLOAT64, FLOAT16, BFLOAT16 -> {
        float[] values = new float[size];
        Arrays.fill(values, value);
        return Tensor.rounded(type, values, shape);
      }
      case INT32 -> {
        int[] values = new int[size];
        Arrays.fill(values, value);
        return Tensor.wrap(values, shape);
      }
      case INT64 -> {
        long[] values = new long[size];
        Arrays.fill(values, value);
        return Tensor.wrap(values, shape);
      }
      default -> {
        byte[] values = new byte[size];
        Arrays.fill(values, (byte) value);
        return Tensor.wrap(type, values, shape);
      }
    }
  }
}
