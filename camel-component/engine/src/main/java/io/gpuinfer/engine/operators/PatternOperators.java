package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.program.Builder;
import io.gpuinfer.engine.program.Shapes;
import io.gpuinfer.engine.program.Value;
import java.util.List;
import java.util.Map;

/** Operators that choose elements by where they are: diagonals, triangles, one of many. */
final class PatternOperators {

  private PatternOperators() {}

  static void addTo(Map<String, Operator> all) {
    all.put("EyeLike", PatternOperators::eyeLike);
    all.put("Trilu", PatternOperators::trilu);
    all.put("OneHot", PatternOperators::oneHot);
  }

  private static List<Value> eyeLike(Call call) {
    Value like = call.input(0);
    if (like.rank() != 2) {
      throw call.builder().refusal("it is for matrices, not for " + like);
    }
    Arithmetic math = new Arithmetic(call.builder());
    DataType type =
        call.attributes().has("dtype")
            ? DataType.ofOnnx(call.attributes().intOr("dtype", 0))
            : like.type();
    Value offset = math.integer(call.attributes().intOr("k", 0));
    Value diagonal = math.add(math.positions(like.dim(0), 0, 2), offset);
    Value one = math.test(ElementwiseOperators.EQUAL, diagonal, math.positions(like.dim(1), 1, 2));
    return List.of(math.cast(one, type));
  }

  /** The part of each matrix above (or below) the diagonal that is moved by input 1. */
  private static List<Value> trilu(Call call) {
    Value data = call.input(0);
    int rank = data.rank();
    if (rank < 2) {
      throw call.builder().refusal("it is for matrices, not for " + data);
    }
    Arithmetic math = new Arithmetic(call.builder());
    Value rows = math.positions(data.dim(-2), rank - 2, rank);
    Value columns = math.positions(data.dim(-1), rank - 1, rank);
    Value offset = call.has(1) ? scalar(call.builder(), call.input(1)) : math.integer(0);
    Value distance = math.sub(math.sub(columns, rows), offset);
    boolean upper = call.attributes().flag("upper", true);
    Value kept =
        math.test(
            upper ? ElementwiseOperators.GREATER_OR_EQUAL : ElementwiseOperators.LESS_OR_EQUAL,
            distance,
            math.integer(0));
    return List.of(math.where(kept, data, math.number(0, data.type())));
  }

  private static Value scalar(Builder builder, Value value) {
    return builder.reshape(value);
  }

  /** {@code values[1]} at the index along a new axis, {@code values[0]} elsewhere. */
  private static List<Value> oneHot(Call call) {
    Builder builder = call.builder();
    Arithmetic math = new Arithmetic(builder);
    long[] depths = call.known(1);
    if (depths.length != 1 || depths[0] < 1 || depths[0] > Integer.MAX_VALUE) {
      throw new ModelLoadException(
          "Node '" + call.node().name() + "' has no depth that a tensor can have");
    }
    int depth = (int) depths[0];
    Value indices = math.cast(call.input(0), DataType.INT32);
    int rank = indices.rank() + 1;
    int axis = Shapes.axis(call.attributes().integer("axis", -1), rank);
    int[] shape = new int[rank];
    for (int i = 0, from = 0; i < rank; i++) {
      shape[i] = i == axis ? 1 : indices.dim(from++);
    }
    indices = builder.reshape(indices, shape);
    Value negative = math.test(ElementwiseOperators.LESS, indices, math.integer(0));
    Value counted = math.where(negative, math.add(indices, math.integer(depth)), indices);
    Value hit = math.test(ElementwiseOperators.EQUAL, counted, math.positions(depth, axis, rank));
    Value values = call.input(2);
    if (values.size() != 2) {
      throw call.builder().refusal("its values are " + values + " instead of two");
    }
    int[] one = {1};
    Value off = builder.reshape(builder.box(values, 0, one, 1));
    Value on = builder.reshape(builder.box(values, 1, one, 1));
    return List.of(math.where(hit, on, off));
  }
}
