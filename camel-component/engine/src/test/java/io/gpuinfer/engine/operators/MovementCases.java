package io.gpuinfer.engine.operators;

import static io.gpuinfer.engine.DataType.BOOL;
import static io.gpuinfer.engine.DataType.FLOAT32;
import static io.gpuinfer.engine.DataType.INT64;

import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.testing.ModelBuilder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Operators that give elements another place or another shape. */
final class MovementCases {

  private MovementCases() {}

  static Stream<OperatorFamily> families() {
    return Stream.of(
        shapes(), transposes(), slices(), joins(), gathers(), blocks(), old(), chains());
  }

  private static OperatorFamily shapes() {
    OperatorFamily f = new OperatorFamily("reshape", 14);
    f.check(f.op("Reshape", f.x(2, 3, 4), f.constant(4, 6)));
    f.check(f.op("Reshape", f.x(2, 3, 4), f.constant(-1)));
    f.check(f.op("Reshape", f.x(2, 3, 4), f.constant(0, -1, 2)));
    f.check(f.op("Reshape", f.x(2, 3, 4), f.constant(1, 0, 8, 1)));
    f.check(f.op("Reshape", f.x(1), f.constant(Tensor.of(new long[0], 0))));
    f.check(f.op("Squeeze", f.x(1, 3, 1, 4)));
    f.check(f.op("Squeeze", f.x(1, 3, 1, 4), f.constant(-2)));
    f.check(f.op("Unsqueeze", f.x(3, 4), f.constant(0, -1, 2)));
    f.check(f.op("Flatten", f.x(2, 3, 4)));
    f.check(f.op("Flatten", f.x(2, 3, 4)).with("axis", 0));
    f.check(f.op("Flatten", f.x(2, 3, 4)).with("axis", -1));
    f.check(f.op("Flatten", f.x(2, 3, 4)).with("axis", 3));
    // The shape comes with the request.
    f.check(f.op("Reshape", f.x(2, 3, 4), f.data(Tensor.of(new long[] {3, -1}, 2))));
    // An output that is an input, twice, and one that is a constant.
    String input = f.x(3, 5);
    f.check(f.op("Identity", input));
    f.check(f.op("Reshape", input, f.constant(15)));
    f.check(f.op("Identity", f.weights(3, 5)));
    return f;
  }

  private static OperatorFamily transposes() {
    OperatorFamily f = new OperatorFamily("transpose", 13);
    f.check(f.op("Transpose", f.x(5, 7)));
    f.check(f.op("Transpose", f.x(67, 33)));
    f.check(f.op("Transpose", f.x(2, 3, 5)));
    long[] extents = {2, 3, 4, 5, 2, 3};
    Random random = new Random(7);
    for (int rank = 3; rank <= 6; rank++) {
      for (int k = 0; k < 5; k++) {
        List<Long> perm = new ArrayList<>(LongStream.range(0, rank).boxed().toList());
        Collections.shuffle(perm, random);
        long[] shape = LongStream.of(extents).limit(rank).toArray();
        f.check(f.op("Transpose", f.x(shape)).withAll("perm", longs(perm)));
      }
    }
    f.check(
        f.op("Transpose", f.data(f.random().integers(-9, 9, 3, 17))).withAll("perm", 1, 0), INT64);
    f.check(f.op("Transpose", f.data(f.random().booleans(3, 17))).withAll("perm", 1, 0), BOOL);
    f.check(f.op("Transpose", f.weights(3, 17)));
    return f;
  }

  private static OperatorFamily slices() {
    OperatorFamily f = new OperatorFamily("slice", 13);
    long last = Long.MAX_VALUE;
    slice(f, new long[] {1}, new long[] {4}, null, null);
    slice(f, new long[] {0, 2}, new long[] {last, -1}, null, null);
    slice(f, new long[] {1, 2, 3}, new long[] {3, 5, 7}, new long[] {0, 1, 2}, null);
    slice(f, new long[] {1}, new long[] {last}, new long[] {2}, new long[] {3});
    slice(f, new long[] {-1}, new long[] {Long.MIN_VALUE}, new long[] {1}, new long[] {-1});
    slice(f, new long[] {last}, new long[] {0}, new long[] {-1}, new long[] {-2});
    slice(f, new long[] {6, 1}, new long[] {1, 100}, new long[] {-1, 0}, new long[] {-2, 2});
    slice(f, new long[] {-100}, new long[] {100}, new long[] {1}, new long[] {1});
    slice(f, new long[] {3}, new long[] {-100}, new long[] {0}, new long[] {-2});
    slice(f, new long[] {0}, new long[] {last}, new long[] {0}, new long[] {1L << 40});
    // Bounds that come with the request.
    f.check(
        f.op(
            "Slice",
            f.x(5, 6),
            f.data(Tensor.of(new long[] {1}, 1)),
            f.data(Tensor.of(new long[] {-1}, 1)),
            f.constant(1)));
    f.check(
        f.op("Slice", f.data(f.random().integers(0, 9, 7, 3)), f.constant(1), f.constant(6)),
        INT64);
    f.checkAll(f.op("Split", f.x(6, 5)), 3, FLOAT32);
    f.checkAll(f.op("Split", f.x(2, 7, 3), f.constant(1, 4, 2)).with("axis", 1), 3, FLOAT32);
    f.checkAll(f.op("Split", f.x(2, 3, 4)).with("axis", -1), 2, FLOAT32);
    // Parts that are read in place by what follows.
    List<String> parts = f.op("Split", f.x(2, 5, 24)).with("axis", -1).values(3);
    String keys = f.op("Transpose", parts.get(1)).withAll("perm", 0, 2, 1).value();
    String scores = f.op("MatMul", parts.get(0), keys).value();
    f.check(f.op("MatMul", scores, parts.get(2)));
    return f;
  }

  private static void slice(
      OperatorFamily f, long[] starts, long[] ends, long[] axesOrNull, long[] stepsOrNull) {
    List<String> operands =
        new ArrayList<>(List.of(f.x(5, 6, 7), f.constant(starts), f.constant(ends)));
    if (axesOrNull != null) {
      operands.add(f.constant(axesOrNull));
    }
    if (stepsOrNull != null) {
      operands.add(f.constant(stepsOrNull));
    }
    f.check(f.op("Slice", operands.toArray(String[]::new)));
  }

  private static OperatorFamily joins() {
    OperatorFamily f = new OperatorFamily("concat", 13);
    f.check(f.op("Concat", f.x(2, 3), f.x(4, 3)).with("axis", 0));
    f.check(f.op("Concat", f.x(2, 3), f.weights(2, 1), f.x(2, 17)).with("axis", 1));
    f.check(f.op("Concat", f.x(2, 3, 4, 5), f.x(2, 1, 4, 5)).with("axis", -3));
    f.check(f.op("Concat", f.x(2, 33)).with("axis", 0));
    String twice = f.x(3, 5);
    f.check(f.op("Concat", twice, twice, f.op("Transpose", f.x(5, 3)).value()).with("axis", 1));
    f.check(
        f.op("Concat", f.data(f.random().integers(0, 9, 3)), f.constant(1, 2)).with("axis", 0),
        INT64);
    f.check(f.op("Expand", f.x(3, 1), f.constant(2, 1, 6)));
    f.check(f.op("Expand", f.x(1, 5), f.constant(3, 1)));
    f.check(f.op("Expand", f.x(3, 5), f.constant(1)));
    f.check(f.op("Expand", f.x(1), f.data(Tensor.of(new long[] {2, 20}, 2))));
    f.check(f.op("Tile", f.x(2, 3), f.constant(3, 2)));
    f.check(f.op("Tile", f.x(2, 3, 5), f.constant(1, 2, 3)));
    f.check(f.op("Tile", f.x(1, 1, 5, 1), f.constant(2, 1, 1, 4)));
    f.check(f.op("Tile", f.x(2, 3, 4, 3), f.constant(2, 3, 1, 4)));
    f.check(f.op("Tile", f.x(2, 3, 2, 3, 2), f.constant(2, 3, 2, 4, 2)));
    f.check(f.op("Pad", f.x(3, 5), f.constant(1, 2, 0, 3)));
    f.check(f.op("Pad", f.x(3, 5), f.constant(0, 2, 1, 0), scalar(f, -1.5f)));
    f.check(f.op("Pad", f.x(5, 7), f.constant(-1, 2, 1, -3), scalar(f, 2)));
    f.check(f.op("Pad", f.x(1, 2, 3, 4), f.constant(0, 0, 1, 1, 0, 0, 1, 1)));
    for (String mode : new String[] {"edge", "reflect"}) {
      f.check(f.op("Pad", f.x(3, 5), f.constant(1, 2, 0, 3)).with("mode", mode));
      f.check(f.op("Pad", f.x(1, 2, 3, 18), f.constant(0, 1, 2, 1, 0, 0, 1, 7)).with("mode", mode));
    }
    f.check(
        f.op(
            "Pad",
            f.data(f.random().integers(0, 9, 3, 5)),
            f.constant(1, 0, 0, 1),
            f.constant(Tensor.of(new long[] {7}))),
        INT64);
    return f;
  }

  private static String scalar(OperatorFamily f, float value) {
    return f.constant(Tensor.of(new float[] {value}));
  }

  private static OperatorFamily gathers() {
    OperatorFamily f = new OperatorFamily("gather", 13);
    f.check(f.op("Gather", f.weights(11, 7), f.data(f.random().integers(-11, 11, 2, 3))));
    f.check(f.op("Gather", f.x(4, 11), f.data(f.random().integers(-11, 11, 5))).with("axis", 1));
    f.check(f.op("Gather", f.x(2, 5, 33), f.data(f.random().ints(0, 5, 2, 2))).with("axis", -2));
    f.check(f.op("Gather", f.x(4, 5), f.constant(3, 0, -1)));
    f.check(f.op("Gather", f.x(4, 5, 6), f.constant(Tensor.of(new long[] {2}))).with("axis", 1));
    f.check(
        f.op("Gather", f.x(4, 5, 6), f.constant(Tensor.of(new long[] {-1}, 1))).with("axis", 2));
    f.check(
        f.op("Gather", f.data(f.random().integers(0, 9, 6)), f.data(f.random().integers(0, 6, 4))),
        INT64);
    f.check(f.op("Gather", f.weights(6, 2), f.constant(5, -6)));
    return f;
  }

  private static OperatorFamily blocks() {
    OperatorFamily f = new OperatorFamily("blocks", 13);
    f.check(f.op("DepthToSpace", f.x(2, 12, 3, 5)).with("blocksize", 2));
    f.check(f.op("DepthToSpace", f.x(1, 9, 2, 3)).with("blocksize", 3).with("mode", "CRD"));
    f.check(f.op("SpaceToDepth", f.x(2, 3, 4, 6)).with("blocksize", 2));
    return f;
  }

  private static OperatorFamily old() {
    OperatorFamily f = new OperatorFamily("movement-old", 9);
    f.check(
        f.op("Slice", f.x(5, 6))
            .withAll("starts", 1, -3)
            .withAll("ends", 100, -1)
            .withAll("axes", 0, 1));
    f.check(f.op("Slice", f.x(5, 6)).withAll("starts", 2).withAll("ends", 4));
    f.check(f.op("Squeeze", f.x(1, 3, 1)).withAll("axes", 0));
    f.check(f.op("Unsqueeze", f.x(3, 4)).withAll("axes", 0, 3));
    f.checkAll(f.op("Split", f.x(2, 7)).with("axis", 1).withAll("split", 3, 4), 2, FLOAT32);
    f.check(f.op("Pad", f.x(3, 5)).withAll("pads", 1, 0, 0, 2).with("value", 4.5f));
    f.check(f.op("Upsample", f.x(1, 2, 3, 4), f.constant(Tensor.of(new float[] {1, 1, 2, 3}, 4))));
    return f;
  }

  /**
   * Random chains of moves: each is read through the boxes that those before it left, so that most
   * mistakes in putting boxes together show here.
   */
  private static OperatorFamily chains() {
    OperatorFamily f = new OperatorFamily("movement-chains", 13);
    Random random = new Random(11);
    for (int k = 0; k < 60; k++) {
      long[] shape = {2 + random.nextInt(3), 3, 4 + random.nextInt(3), 2};
      String value = f.x(shape);
      StringBuilder label = new StringBuilder();
      for (int step = 0; step < 5; step++) {
        Move move = move(f, random, value, shape);
        shape = move.shape;
        value = move.node.value();
        label.append(move.node).append(' ');
      }
      f.check(value, FLOAT32, label.toString());
    }
    return f;
  }

  private record Move(ModelBuilder.Node node, long... shape) {}

  private static Move move(OperatorFamily f, Random random, String value, long... shape) {
    return switch (random.nextInt(4)) {
      case 0 -> {
        List<Long> perm = new ArrayList<>(LongStream.range(0, shape.length).boxed().toList());
        Collections.shuffle(perm, random);
        long[] moved = perm.stream().mapToLong(axis -> shape[axis.intValue()]).toArray();
        yield new Move(f.op("Transpose", value).withAll("perm", longs(perm)), moved);
      }
      case 1 -> reshape(f, random, value, shape);
      case 2 -> slice(f, random, value, shape);
      default -> {
        int axis = random.nextInt(shape.length);
        long[] wider = shape.clone();
        wider[axis] = shape[axis] == 1 ? 3 : shape[axis];
        yield new Move(f.op("Expand", value, f.constant(wider)), wider);
      }
    };
  }

  /** Joins two neighbouring axes, or takes one apart. */
  private static Move reshape(OperatorFamily f, Random random, String value, long... shape) {
    int axis = random.nextInt(shape.length);
    LongStream.Builder changed = LongStream.builder();
    IntStream.range(0, axis).forEach(i -> changed.add(shape[i]));
    int rest = axis + 1;
    if (axis + 1 < shape.length && random.nextBoolean()) {
      changed.add(shape[axis] * shape[axis + 1]);
      rest = axis + 2;
    } else if (shape[axis] % 2 == 0 && shape.length < 6) {
      changed.add(2).add(shape[axis] / 2);
    } else {
      changed.add(shape[axis]);
    }
    IntStream.range(rest, shape.length).forEach(i -> changed.add(shape[i]));
    long[] result = changed.build().toArray();
    return new Move(f.op("Reshape", value, f.constant(result)), result);
  }

  private static Move slice(OperatorFamily f, Random random, String value, long... shape) {
    int axis = random.nextInt(shape.length);
    long extent = shape[axis];
    long[] smaller = shape.clone();
    if (random.nextBoolean()) {
      smaller[axis] = (extent + 1) / 2;
      return new Move(
          f.op(
              "Slice",
              value,
              f.constant(-1),
              f.constant(Long.MIN_VALUE),
              f.constant(axis),
              f.constant(-2)),
          smaller);
    }
    long start = extent > 1 ? 1 : 0;
    smaller[axis] = extent - start;
    return new Move(
        f.op("Slice", value, f.constant(start), f.constant(extent), f.constant(axis)), smaller);
  }

  private static long[] longs(List<Long> values) {
    return values.stream().mapToLong(Long::longValue).toArray();
  }
}
