package io.gpuinfer.engine.program;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.Tensor;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Computes actions on the host: for shape arithmetic and constants, not for data. */
final class HostEvaluator {

  private HostEvaluator() {}

  /** Whether the host has a body for the action. */
  static boolean knows(Action action) {
    return action instanceof Action.Alias
        || action instanceof Action.Elementwise
        || action instanceof Action.Move
        || action instanceof Action.Gather
        || action instanceof Action.Reduce;
  }

  static Tensor evaluate(Action action, DataType type, int[] shape, List<Tensor> inputs) {
    if (action instanceof Action.Alias) {
      return inputs.get(0).reshape(Shapes.longs(shape));
    }
    Elements out = new Elements(type, Shapes.size(shape));
    if (action instanceof Action.Elementwise elementwise) {
      elementwise(elementwise.expr(), inputs, shape, out);
    } else if (action instanceof Action.Move move) {
      move(move, inputs, out);
    } else if (action instanceof Action.Gather gather) {
      gather(gather, inputs, out);
    } else if (action instanceof Action.Reduce reduce) {
      reduce(reduce, inputs.get(0), out);
    }
    return out.tensor(Shapes.longs(shape));
  }

  private static void elementwise(Expr expr, List<Tensor> inputs, int[] shape, Elements out) {
    int[][] strides =
        inputs.stream()
            .map(tensor -> Shapes.broadcastStrides(Shapes.ints(tensor.shape()), shape))
            .toArray(int[][]::new);
    int[] dense = Shapes.strides(shape);
    int[] at = new int[inputs.size()];
    boolean single = expr.depth() <= 1; // what is computed of large constants mostly is
    for (int i = 0; i < out.size(); i++) {
      Arrays.fill(at, 0);
      for (int axis = 0, rest = i; axis < shape.length; axis++) {
        int index = rest / dense[axis];
        rest -= index * dense[axis];
        for (int k = 0; k < at.length; k++) {
          at[k] += index * strides[k][axis];
        }
      }
      Number value = value(expr, inputs, at, single ? null : new IdentityHashMap<>());
      if (out.isReal()) {
        out.set(i, value.doubleValue());
      } else {
        out.set(i, value.longValue());
      }
    }
  }

  /**
   * @param known values computed already, or null when none can be needed again
   */
  private static Number value(Expr expr, List<Tensor> inputs, int[] at, Map<Expr, Number> known) {
    Number value = known == null ? null : known.get(expr);
    if (value != null) {
      return value;
    }
    if (expr instanceof Expr.Input input) {
      Tensor tensor = inputs.get(input.index());
      int index = at[input.index()];
      value = tensor.type().isFloat() ? (Number) tensor.doubleAt(index) : tensor.longAt(index);
    } else {
      value = value((Expr.Call) expr, inputs, at, known);
    }
    if (known != null) {
      known.put(expr, value);
    }
    return value;
  }

  private static Number value(
      Expr.Call call, List<Tensor> inputs, int[] at, Map<Expr, Number> known) {
    List<Expr> arguments = call.arguments();
    double[] reals = new double[arguments.size()];
    long[] integers = new long[arguments.size()];
    boolean real = call.fn().integer() == null;
    for (int i = 0; i < reals.length; i++) {
      Number argument = value(arguments.get(i), inputs, at, known);
      reals[i] = argument.doubleValue();
      integers[i] = argument.longValue();
      real |= !arguments.get(i).isInteger();
    }
    return real
        ? (Number) call.fn().real().applyAsDouble(reals)
        : call.fn().integer().applyAsLong(integers);
  }

  private static void move(Action.Move move, List<Tensor> inputs, Elements out) {
    if (move.fill() != null) {
      for (int i = 0; i < out.size(); i++) {
        out.set(i, (double) move.fill());
      }
    }
    for (StridedCopy copy : move.copies()) {
      int[] dense = Shapes.strides(copy.dims());
      int count = Shapes.size(copy.dims());
      for (int i = 0; i < count; i++) {
        int from = copy.inOffset();
        int to = copy.outOffset();
        for (int axis = 0, rest = i; axis < dense.length; axis++) {
          int index = rest / dense[axis];
          rest -= index * dense[axis];
          from += index * copy.inStrides()[axis];
          to += index * copy.outStrides()[axis];
        }
        out.copy(to, inputs.get(copy.input()), from);
      }
    }
  }

  private static void gather(Action.Gather gather, List<Tensor> inputs, Elements out) {
    int[] shape = Shapes.ints(inputs.get(0).shape());
    int extent = shape[gather.axis()];
    int inner = Shapes.product(shape, gather.axis() + 1, shape.length);
    int outer = Shapes.product(shape, 0, gather.axis());
    int count = inputs.get(1).size();
    int at = 0;
    for (int o = 0; o < outer; o++) {
      for (int i = 0; i < count; i++) {
        long index = inputs.get(1).longAt(i);
        int row = (int) (index < 0 ? index + extent : index);
        for (int k = 0; k < inner; k++) {
          out.copy(at++, inputs.get(0), (o * extent + row) * inner + k);
        }
      }
    }
  }

  private static void reduce(Action.Reduce reduce, Tensor input, Elements out) {
    for (int o = 0; o < reduce.outer(); o++) {
      for (int i = 0; i < reduce.inner(); i++) {
        double[] run = new double[reduce.reduced()];
        for (int r = 0; r < run.length; r++) {
          run[r] = input.doubleAt((o * reduce.reduced() + r) * reduce.inner() + i);
        }
        double value =
            switch (reduce.kind()) {
              case SUM -> Arrays.stream(run).sum();
              case MEAN -> Arrays.stream(run).average().orElse(Double.NaN);
              case MAX -> Arrays.stream(run).max().orElse(Double.NEGATIVE_INFINITY);
              case MIN -> Arrays.stream(run).min().orElse(Double.POSITIVE_INFINITY);
              case PROD -> Arrays.stream(run).reduce(1, (a, b) -> a * b);
              case SUM_SQUARE -> Arrays.stream(run).map(v -> v * v).sum();
            };
        out.set(o * reduce.inner() + i, value);
      }
    }
  }

  /** A tensor being filled. */
  private static final class Elements {
    private final DataType type;
    private final double[] reals;
    private final long[] integers;

    Elements(DataType type, int size) {
      this.type = type;
      this.reals = type.isFloat() ? new double[size] : null;
      this.integers = type.isFloat() ? null : new long[size];
    }

    boolean isReal() {
      return reals != null;
    }

    int size() {
      return isReal() ? reals.length : integers.length;
    }

    void set(int at, double value) {
      if (isReal()) {
        reals[at] = value;
      } else {
        integers[at] = (long) value;
      }
    }

    void set(int at, long value) {
      if (isReal()) {
        reals[at] = value;
      } else {
        integers[at] = value;
      }
    }

    void copy(int at, Tensor from, int index) {
      if (isReal()) {
        reals[at] = from.doubleAt(index);
      } else {
        integers[at] = from.longAt(index);
      }
    }

    Tensor tensor(long... shape) {
      switch (type) {
        case FLOAT64 -> {
          return Tensor.wrap(reals, shape);
        }
        case FLOAT32, FLOAT16, BFLOAT16 -> {
          float[] values = new float[reals.length];
          for (int i = 0; i < values.length; i++) {
            values[i] = (float) reals[i];
          }
          return Tensor.rounded(type, values, shape);
        }
        case INT64 -> {
          return Tensor.wrap(integers, shape);
        }
        case INT32 -> {
          return Tensor.wrap(Arrays.stream(integers).mapToInt(v -> (int) v).toArray(), shape);
        }
        default -> {
          byte[] values = new byte[integers.length];
          for (int i = 0; i < values.length; i++) {
            values[i] = (byte) integers[i];
          }
          return Tensor.wrap(type, values, shape);
        }
      }
    }
  }
}
