package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.program.Action;
import io.gpuinfer.engine.program.Action.ReduceKind;
import io.gpuinfer.engine.program.Builder;
import io.gpuinfer.engine.program.Shapes;
import io.gpuinfer.engine.program.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** What transformers are made of besides attention, as ONNX Runtime's optimiser writes it. */
final class TransformerOperators {

  private TransformerOperators() {}

  static void addTo(Map<String, Operator> all) {
    all.put("com.microsoft.SkipLayerNormalization", TransformerOperators::skipLayerNorm);
    all.put("com.microsoft.SkipSimplifiedLayerNormalization", TransformerOperators::skipRmsNorm);
    all.put("com.microsoft.EmbedLayerNormalization", TransformerOperators::embedLayerNorm);
    all.put("com.microsoft.RotaryEmbedding", call -> rotary(call, 2, 3, 1));
    all.put("RotaryEmbedding", call -> rotary(call, 1, 2, 3));
  }

  /** The residual before the normalisation, with a bias if there is one. */
  private static Value residual(Call call, int bias) {
    Arithmetic math = new Arithmetic(call.builder());
    Value sum = math.add(call.input(0), call.input(1));
    return call.has(bias) ? math.add(sum, call.input(bias)) : sum;
  }

  private static List<Value> skipLayerNorm(Call call) {
    Value sum = residual(call, 4);
    Value shift = call.has(3) ? call.input(3) : null;
    Value result =
        NormalizationOperators.layerNorm(call, sum, sum.rank() - 1, call.input(2), shift);
    return Arrays.asList(result, null, null, sum);
  }

  private static List<Value> skipRmsNorm(Call call) {
    Value sum = residual(call, 3);
    Value result = NormalizationOperators.rmsNorm(call, sum, sum.rank() - 1, call.input(2)).get(0);
    return Arrays.asList(result, null, null, sum);
  }

  /**
   * The sum of the embeddings of words, positions and segments, normalised; also how many words the
   * mask leaves in each row, and the sum itself.
   */
  private static List<Value> embedLayerNorm(Call call) {
    Builder builder = call.builder();
    Arithmetic math = new Arithmetic(builder);
    Value words = call.input(0);
    if (words.rank() != 2) {
      throw builder.refusal("its words are " + words);
    }
    int rows = words.dim(0);
    int length = words.dim(1);
    Value positions = call.has(8) ? call.input(8) : math.positions(length, 1, 2);
    Value sum =
        math.add(
            embedded(builder, call.input(2), words), embedded(builder, call.input(3), positions));
    if (call.has(1) && call.has(4)) {
      sum = math.add(sum, embedded(builder, call.input(4), call.input(1)));
    }
    Value result = NormalizationOperators.layerNorm(call, sum, 2, call.input(5), call.input(6));
    Value left =
        call.has(7)
            ? ReductionOperators.reduceAny(
                builder, call.input(7), ReduceKind.SUM, new boolean[] {false, true}, false)
            : builder.constant(Tensor.wrap(new int[rows], rows), false);
    return List.of(result, left, sum);
  }

  private static Value embedded(Builder builder, Value table, Value indices) {
    int[] shape = Arrays.copyOf(indices.shape(), indices.rank() + 1);
    shape[indices.rank()] = table.dim(1);
    return builder.emit(new Action.Gather(0), table.type(), shape, table, indices);
  }

  /**
   * Turns pairs of elements of each head by an angle that depends on the position: of {@code
   * [batch, length, heads · d]} or {@code [batch, heads, length, d]}.
   *
   * @param cos which input holds the cosines: {@code [positions, angles]}, or {@code [batch,
   *     length, angles]} when there are no positions
   * @param sin which input holds the sines
   * @param at which input holds the positions: {@code [batch, length]}, or the first one of all
   *     rows
   */
  private static List<Value> rotary(Call call, int cos, int sin, int at) {
    Builder builder = call.builder();
    Value data = call.input(0);
    boolean joined = data.rank() == 3;
    if (!joined && data.rank() != 4) {
      throw builder.refusal("it turns no " + data);
    }
    int angles = call.input(cos).dim(-1);
    int turned = 2 * angles;
    int wanted = call.attributes().intOr("rotary_embedding_dim", 0);
    int heads = call.attributes().intOr("num_heads", 0);
    if (joined) {
      heads = heads > 0 ? heads : data.dim(2) / turned;
      if (heads < 1 || data.dim(2) % heads != 0) {
        throw builder.refusal(heads + " heads of " + data);
      }
      data = builder.reshape(data, data.dim(0), data.dim(1), heads, data.dim(2) / heads);
    } else {
      data = builder.transpose(data, 0, 2, 1, 3);
    }
    int width = data.dim(3);
    if ((wanted != 0 && wanted != turned) || turned > width) {
      throw builder.refusal(turned + " elements of heads of " + width + " turn");
    }
    Value cosines = angles(call, cos, at, data);
    Value sines = angles(call, sin, at, data);
    boolean interleaved = call.attributes().flag("interleaved", false);
    int[] split = interleaved ? new int[] {angles, 2} : new int[] {2, angles};
    int[] shape = {data.dim(0), data.dim(1), data.dim(2), split[0], split[1]};
    int axis = interleaved ? 4 : 3;
    Value pairs = builder.reshape(part(builder, data, 3, 0, turned), shape);
    Value x = builder.reshape(part(builder, pairs, axis, 0, 1), rows(data, angles));
    Value y = builder.reshape(part(builder, pairs, axis, 1, 1), rows(data, angles));
    Arithmetic math = new Arithmetic(builder);
    Value newX = math.sub(math.mul(x, cosines), math.mul(y, sines));
    Value newY = math.add(math.mul(x, sines), math.mul(y, cosines));
    shape[axis] = 1;
    List<Value> both = List.of(builder.reshape(newX, shape), builder.reshape(newY, shape));
    Value result =
        builder.reshape(MovementOperators.join(builder, call, both, axis), rows(data, turned));
    if (turned < width) {
      List<Value> parts = new ArrayList<>(List.of(result));
      parts.add(part(builder, data, 3, turned, width - turned));
      result = MovementOperators.join(builder, call, parts, 3);
    }
    return List.of(
        joined
            ? builder.reshape(result, call.input(0).shape())
            : builder.transpose(result, 0, 2, 1, 3));
  }

  private static int[] rows(Value data, int width) {
    int[] shape = data.shape();
    shape[3] = width;
    return shape;
  }

  private static Value part(Builder builder, Value data, int axis, int from, int count) {
    int[] dims = data.shape();
    int[] strides = Shapes.strides(dims);
    dims[axis] = count;
    return builder.box(data, from * strides[axis], strides, dims);
  }

  /** Cosines or sines for each row and position: {@code [batch or 1, length, 1, angles]}. */
  private static Value angles(Call call, int index, int at, Value data) {
    Builder builder = call.builder();
    Arithmetic math = new Arithmetic(builder);
    Value table = call.input(index);
    int length = data.dim(1);
    if (!call.has(at)) {
      return builder.reshape(table, data.dim(0), length, 1, table.dim(-1));
    }
    Value positions = call.input(at);
    if (positions.size() == 1) {
      Value first = builder.reshape(math.cast(positions, DataType.INT32), 1, 1);
      positions = math.add(first, math.positions(length, 1, 2));
    }
    Value rows = embedded(builder, table, positions);
    return builder.reshape(rows, positions.dim(0), length, 1, table.dim(-1));
  }
}
