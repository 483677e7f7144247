package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.program.Shapes;
import io.gpuinfer.engine.program.Value;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Operators whose results follow from shapes: they never reach the device. */
final class ShapeOperators {

  private static final int MAX_FILLED = 1 << 26;

  private ShapeOperators() {}

  static void addTo(Map<String, Operator> all) {
    all.put("Shape", ShapeOperators::shape);
    all.put(
        "Size",
        call -> List.of(known(call, "size", Tensor.wrap(new long[] {call.input(0).size()}))));
    all.put(
        "ConstantOfShape",
        new Limited("at most " + MAX_FILLED + " elements", ShapeOperators::constantOfShape));
    all.put("Range", new Limited("at most " + MAX_FILLED + " elements", ShapeOperators::range));
  }

  private static List<Value> shape(Call call) {
    int[] shape = call.input(0).shape();
    int rank = shape.length;
    int start = bound(call.attributes().intOr("start", 0), rank);
    int end = bound(call.attributes().intOr("end", rank), rank);
    long[] dims = Shapes.longs(Arrays.copyOfRange(shape, start, Math.max(start, end)));
    return List.of(known(call, "shape " + start + " " + end, Tensor.wrap(dims, dims.length)));
  }

  /** What follows from the input's shape. */
  private static Value known(Call call, String recipe, Tensor tensor) {
    Value input = call.input(0);
    return input.isStable()
        ? call.builder().derive(recipe, none -> tensor, input)
        : call.builder().constant(tensor, false);
  }

  private static int bound(int at, int rank) {
    return Math.max(0, Math.min(at < 0 ? at + rank : at, rank));
  }

  private static List<Value> constantOfShape(Call call) {
    long[] shape = call.known(0);
    if (Tensor.sizeOf(shape) > MAX_FILLED) {
      throw new ModelLoadException(
          "Node '" + call.node().name() + "' fills a tensor of shape " + Arrays.toString(shape));
    }
    Tensor value =
        call.attributes().has("value")
            ? call.attributes().tensor("value")
            : Tensor.wrap(new float[] {0}, 1);
    Value made =
        call.builder()
            .derive(
                "constant-of-shape " + value, shapeTensor -> filled(value, shape), call.input(0));
    return List.of(made);
  }

  private static Tensor filled(Tensor value, long... shape) {
    int size = Tensor.sizeOf(shape);
    switch (value.type()) {
      case FLOAT32, FLOAT16, BFLOAT16 -> {
        float[] values = new float[size];
        Arrays.fill(values, (float) value.doubleAt(0));
        return Tensor.rounded(value.type(), values, shape);
      }
      case INT64 -> {
        long[] values = new long[size];
        Arrays.fill(values, value.longAt(0));
        return Tensor.wrap(values, shape);
      }
      case INT32 -> {
        int[] values = new int[size];
        Arrays.fill(values, (int) value.longAt(0));
        return Tensor.wrap(values, shape);
      }
      case FLOAT64 -> {
        double[] values = new double[size];
        Arrays.fill(values, value.doubleAt(0));
        return Tensor.wrap(values, shape);
      }
      default -> {
        byte[] values = new byte[size];
        Arrays.fill(values, (byte) value.longAt(0));
        return Tensor.wrap(value.type(), values, shape);
      }
    }
  }

  private static List<Value> range(Call call) {
    for (int i = 0; i < 3; i++) {
      call.known(i);
    }
    Tensor start = call.input(0).constant();
    Tensor delta = call.input(2).constant();
    double limit = call.input(1).constant().doubleAt(0);
    double count = Math.ceil((limit - start.doubleAt(0)) / delta.doubleAt(0));
    if (!(count <= MAX_FILLED)) {
      throw new ModelLoadException("Node '" + call.node().name() + "' makes a range of " + count);
    }
    int size = (int) Math.max(0, count);
    Tensor values;
    if (start.type().isFloat()) {
      float[] reals = new float[size];
      for (int i = 0; i < size; i++) {
        reals[i] = (float) (start.doubleAt(0) + i * delta.doubleAt(0));
      }
      values = Tensor.rounded(start.type(), reals, size);
    } else {
      long[] integers = new long[size];
      Arrays.setAll(integers, i -> start.longAt(0) + i * delta.longAt(0));
      values =
          start.type() == DataType.INT64
              ? Tensor.wrap(integers, size)
              : Tensor.wrap(Shapes.ints(integers), size);
    }
    return List.of(call.builder().constant(values, false));
  }
}
