package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.program.Action;
import io.gpuinfer.engine.program.Builder;
import io.gpuinfer.engine.program.Fn;
import io.gpuinfer.engine.program.Shapes;
import io.gpuinfer.engine.program.Value;
import io.gpuinfer.engine.program.View;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Matrix products. */
final class MatrixOperators {

  /** The expansion of a larger determinant has too many terms. */
  private static final int MAX_DETERMINANT = 4;

  private MatrixOperators() {}

  static void addTo(Map<String, Operator> all) {
    all.put("MatMul", call -> List.of(product(call, call.input(0), call.input(1))));
    all.put("Gemm", MatrixOperators::gemm);
    all.put(
        "com.microsoft.FusedMatMul",
        new Limited("no transposed batch axes", MatrixOperators::fusedMatMul));
    all.put(
        "Det",
        new Limited(
            "matrices of at most " + MAX_DETERMINANT + " rows", MatrixOperators::determinant));
  }

  /** The matrix product of two values, of the left one's type. */
  static Value product(Call call, Value left, Value right) {
    return product(call, left, right, false);
  }

  /**
   * @param integers see {@link Action.MatMul}
   */
  static Value product(Call call, Value left, Value right, boolean integers) {
    Builder builder = call.builder();
    Value a = left.rank() == 1 ? builder.reshape(left, 1, left.dim(0)) : left;
    Value b = right.rank() == 1 ? builder.reshape(right, right.dim(0), 1) : right;
    if (a.dim(-1) != b.dim(-2)) {
      throw new InvalidInputException(
          "Node '" + call.node().name() + "' cannot multiply " + left + " by " + right);
    }
    int[] batch =
        Shapes.broadcast(
            Arrays.copyOf(a.shape(), a.rank() - 2), Arrays.copyOf(b.shape(), b.rank() - 2));
    int[] shape = Arrays.copyOf(batch, batch.length + 2);
    shape[batch.length] = a.dim(-2);
    shape[batch.length + 1] = b.dim(-1);
    View readA = readable(builder, a, true);
    View readB = readable(builder, b, false);
    Action action =
        new Action.MatMul(
            a.dim(-1), box(readA, shape.length), box(readB, shape.length), integers, null);
    Value result = builder.emit(action, a.type(), shape, readA.base(), readB.base());
    if (left.rank() == 1 || right.rank() == 1) {
      int[] kept =
          left.rank() == 1 && right.rank() == 1 ? batch : Arrays.copyOf(shape, shape.length - 1);
      if (left.rank() == 1 && right.rank() > 1) {
        kept[kept.length - 1] = b.dim(-1);
      }
      result = builder.reshape(result, kept);
    }
    return result;
  }

  /** The value where it lies, if the kernel can read it there: A's columns must be adjacent. */
  private static View readable(Builder builder, Value value, boolean adjacentColumns) {
    View view = builder.view(value);
    int[] strides = view.strides();
    boolean apart = adjacentColumns && value.dim(-1) > 1 && strides[strides.length - 1] != 1;
    return apart ? View.whole(value) : view;
  }

  private static Action.Box box(View view, int rank) {
    int[] strides = new int[rank];
    int own = view.dims().length;
    for (int i = 0; i < own; i++) {
      strides[rank - own + i] = view.dims()[i] == 1 ? 0 : view.strides()[i];
    }
    return new Action.Box(view.offset(), strides);
  }

  /** {@code alpha · A' · B' + beta · C}. */
  private static List<Value> gemm(Call call) {
    Builder builder = call.builder();
    Value a = call.input(0);
    Value b = call.input(1);
    a = call.attributes().flag("transA", false) ? builder.transpose(a, 1, 0) : a;
    b = call.attributes().flag("transB", false) ? builder.transpose(b, 1, 0) : b;
    Value result = product(call, a, b);
    float alpha = call.attributes().real("alpha", 1);
    if (alpha != 1) {
      result =
          ElementwiseOperators.apply(builder, result.type(), Fn.MUL, result, builder.scalar(alpha));
    }
    if (call.has(2)) {
      Value c = call.input(2);
      float beta = call.attributes().real("beta", 1);
      if (beta != 1) {
        c = ElementwiseOperators.apply(builder, c.type(), Fn.MUL, c, builder.scalar(beta));
      }
      result = ElementwiseOperators.apply(builder, result.type(), Fn.ADD, result, c);
    }
    return List.of(result);
  }

  /** {@code alpha · A' · B'}, where A' and B' may have their last two axes swapped. */
  private static List<Value> fusedMatMul(Call call) {
    Builder builder = call.builder();
    if (call.attributes().flag("transBatchA", false)
        || call.attributes().flag("transBatchB", false)) {
      throw builder.refusal("operands whose batch axes are transposed are not supported");
    }
    Value a = call.input(0);
    Value b = call.input(1);
    a = call.attributes().flag("transA", false) ? transposed(builder, a) : a;
    b = call.attributes().flag("transB", false) ? transposed(builder, b) : b;
    Value result = product(call, a, b);
    return List.of(new Arithmetic(builder).mul(result, call.attributes().real("alpha", 1)));
  }

  /** The last two axes swapped; a vector stays what it is. */
  static Value transposed(Builder builder, Value value) {
    int rank = value.rank();
    if (rank < 2) {
      return value;
    }
    int[] perm = IntStream.range(0, rank).toArray();
    perm[rank - 2] = rank - 1;
    perm[rank - 1] = rank - 2;
    return builder.transpose(value, perm);
  }

  /** Of {@code […, M, M]}, by expansion along the rows. */
  private static List<Value> determinant(Call call) {
    Value data = call.input(0);
    int rank = data.rank();
    int size = rank < 2 ? 0 : data.dim(-1);
    if (size < 1 || size > MAX_DETERMINANT || data.dim(-2) != size) {
      throw call.builder().refusal("a determinant of " + data + " is not supported");
    }
    Value[][] elements = new Value[size][size];
    int[] strides = {size * size};
    int count = data.size() / (size * size);
    for (int i = 0; i < size * size; i++) {
      elements[i / size][i % size] = call.builder().box(data, i, strides, count);
    }
    Value result = minor(new Arithmetic(call.builder()), elements, (1 << size) - 1);
    return List.of(call.builder().reshape(result, Arrays.copyOf(data.shape(), rank - 2)));
  }

  /** The determinant of the last rows and of the columns whose bits are set, as many of each. */
  private static Value minor(Arithmetic math, Value[][] elements, int columns) {
    int row = elements.length - Integer.bitCount(columns);
    Value sum = null;
    boolean plus = true;
    for (int column = 0; column < elements.length; column++) {
      if ((columns >> column & 1) == 0) {
        continue;
      }
      int others = columns & ~(1 << column);
      Value element = elements[row][column];
      Value term = others == 0 ? element : math.mul(element, minor(math, elements, others));
      sum = sum == null ? term : plus ? math.add(sum, term) : math.sub(sum, term);
      plus = !plus;
    }
    return sum;
  }
}
