package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.program.Action;
import io.gpuinfer.engine.program.Builder;
import io.gpuinfer.engine.program.Fn;
import io.gpuinfer.engine.program.Shapes;
import io.gpuinfer.engine.program.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Attention in one node: {@code softmax(Q·Kᵀ · scale + mask) · V} for each head. It is written out
 * in products, which a later step finds again and does in one.
 */
final class AttentionOperators {

  private static final Fn TANH = Fn.real("f_tanh($0)", a -> Math.tanh(a[0]));

  /** What ONNX Runtime adds to the score of a key that must not be seen. */
  private static final float FILTER = -10000;

  private AttentionOperators() {}

  static void addTo(Map<String, Operator> all) {
    all.put(
        "com.microsoft.Attention",
        new Limited("no rotation, no shared buffer of past keys", AttentionOperators::attention));
    all.put(
        "com.microsoft.MultiHeadAttention",
        new Limited(
            "queries, keys and values as inputs of their own; no shared buffer of past keys",
            AttentionOperators::multiHeadAttention));
    all.put(
        "Attention",
        new Limited(
            "`softcap` up to opset 23; no lengths of single texts, no output of the scores",
            AttentionOperators::standardAttention));
  }

  /** {@code [batch, length, heads · d]} as {@code [batch, heads, length, d]}. */
  private static Value heads(Call call, Value joined, int heads) {
    if (joined.rank() != 3 || heads < 1 || joined.dim(2) % heads != 0) {
      throw call.builder().refusal(heads + " heads of " + joined);
    }
    int width = joined.dim(2) / heads;
    Value split = call.builder().reshape(joined, joined.dim(0), joined.dim(1), heads, width);
    return call.builder().transpose(split, 0, 2, 1, 3);
  }

  private static Value joined(Builder builder, Value heads) {
    Value moved = builder.transpose(heads, 0, 2, 1, 3);
    return builder.reshape(moved, heads.dim(0), heads.dim(2), heads.dim(1) * heads.dim(3));
  }

  /**
   * @param q {@code [batch, heads, queries, d]}
   * @param k {@code [batch, heads, keys, d]}
   * @param v {@code [batch, heads, keys, e]}
   * @param cap bounds the scores with their mask, as opset 23 has it, or 0
   * @param mask is added to the scores, or null
   * @return {@code [batch, heads, queries, e]}
   */
  private static Value attend(
      Call call, Value q, Value k, Value v, float scale, float cap, Value mask) {
    Builder builder = call.builder();
    Arithmetic math = new Arithmetic(builder);
    Value scores = MatrixOperators.product(call, q, MatrixOperators.transposed(builder, k));
    scores = math.mul(scores, scale);
    if (mask != null) {
      scores = math.add(scores, mask);
      if (scores.size() != q.dim(0) * q.dim(1) * q.dim(2) * k.dim(2)) {
        throw builder.refusal("its mask is " + mask);
      }
    }
    if (cap != 0) {
      scores = math.mul(math.apply(TANH, math.mul(scores, 1 / cap)), cap);
    }
    Action softmax = new Action.Softmax(k.dim(2), false);
    Value weights = builder.emit(softmax, scores.type(), scores.shape(), scores);
    return MatrixOperators.product(call, weights, v);
  }

  private static float scale(Call call, int width) {
    float given = call.attributes().real("scale", 0);
    return given == 0 ? (float) (1 / Math.sqrt(width)) : given;
  }

  /** What earlier runs left, if anything, and then what is new. */
  private static Value after(Call call, Value past, Value fresh) {
    return past == null
        ? fresh
        : MovementOperators.join(call.builder(), call, List.of(past, fresh), 2);
  }

  /** The first, or the sum where there are two. */
  private static Value plus(Arithmetic math, Value a, Value b) {
    return a == null ? b : b == null ? a : math.add(a, b);
  }

  /** Query {@code i} sees the keys up to its own, which come after those of earlier runs. */
  private static Value causal(Arithmetic math, int queries, int keys, int past) {
    Value query = math.add(math.positions(queries, 2, 4), math.integer(past));
    Value later = math.test(ElementwiseOperators.GREATER, math.positions(keys, 3, 4), query);
    return math.where(later, math.real(-Float.MAX_VALUE), math.real(0));
  }

  /** A mask of 0 and 1, or lengths of the rows, as what is added to the scores. */
  private static Value masked(Call call, int index, int keys) {
    if (!call.has(index)) {
      return null;
    }
    Builder builder = call.builder();
    Arithmetic math = new Arithmetic(builder);
    Value mask = call.input(index);
    Value seen;
    if (mask.rank() == 1) {
      Value length = builder.reshape(mask, mask.dim(0), 1, 1, 1);
      seen = math.test(ElementwiseOperators.LESS, math.positions(keys, 3, 4), length);
    } else {
      seen = math.cast(mask, DataType.BOOL);
      int rank = mask.rank();
      if (rank == 2) {
        seen = builder.reshape(seen, mask.dim(0), 1, 1, mask.dim(1));
      } else if (rank == 3) {
        seen = builder.reshape(seen, mask.dim(0), 1, mask.dim(1), mask.dim(2));
      } else {
        throw builder.refusal("its mask is " + mask);
      }
    }
    float filter = call.attributes().real("mask_filter_value", FILTER);
    return math.where(seen, math.real(0), math.real(filter));
  }

  private static Value slice(Builder builder, Value data, int axis, int from, int count) {
    int[] dims = data.shape();
    int[] strides = Shapes.strides(dims);
    if (from < 0 || count < 1 || from + count > dims[axis]) {
      throw builder.refusal("it takes " + count + " elements from " + from + " of " + data);
    }
    dims[axis] = count;
    return builder.box(data, from * strides[axis], strides, dims);
  }

  /** One projection makes Q, K and V side by side. */
  private static List<Value> attention(Call call) {
    Builder builder = call.builder();
    Arithmetic math = new Arithmetic(builder);
    if (call.attributes().flag("do_rotary", false) || call.has(6)) {
      throw builder.refusal("rotation and shared buffers of past keys are not supported");
    }
    int heads = call.attributes().intOr("num_heads", 0);
    Value projected = MatrixOperators.product(call, call.input(0), call.input(1));
    projected = call.has(2) ? math.add(projected, call.input(2)) : projected;
    long[] sizes = call.attributes().integers("qkv_hidden_sizes");
    int third = projected.dim(2) / 3;
    int[] widths = sizes == null ? new int[] {third, third, third} : Shapes.ints(sizes);
    Value q = heads(call, slice(builder, projected, 2, 0, widths[0]), heads);
    Value k = heads(call, slice(builder, projected, 2, widths[0], widths[1]), heads);
    Value v = heads(call, slice(builder, projected, 2, widths[0] + widths[1], widths[2]), heads);
    int pastLength = 0;
    if (call.has(4)) {
      pastLength = call.input(4).dim(3);
      k = after(call, past(call, 0), k);
      v = after(call, past(call, 1), v);
    }
    Value mask = plus(math, masked(call, 3, k.dim(2)), call.has(5) ? call.input(5) : null);
    if (call.attributes().flag("unidirectional", false)) {
      mask = plus(math, mask, causal(math, q.dim(2), k.dim(2), pastLength));
    }
    List<Value> outputs = new ArrayList<>();
    outputs.add(joined(builder, attend(call, q, k, v, scale(call, q.dim(3)), 0, mask)));
    if (call.node().outputs().size() > 1) {
      List<Value> both = List.of(oneOfTwo(builder, k), oneOfTwo(builder, v));
      outputs.add(MovementOperators.join(builder, call, both, 0));
    }
    return outputs;
  }

  private static Value past(Call call, int which) {
    Value both = call.input(4);
    Value one = slice(call.builder(), both, 0, which, 1);
    return call.builder().reshape(one, Arrays.copyOfRange(both.shape(), 1, 5));
  }

  private static Value oneOfTwo(Builder builder, Value value) {
    return builder.reshape(value, 1, value.dim(0), value.dim(1), value.dim(2), value.dim(3));
  }

  /** Q, K and V are inputs; keys and values may come with their heads apart already. */
  private static List<Value> multiHeadAttention(Call call) {
    Builder builder = call.builder();
    Arithmetic math = new Arithmetic(builder);
    if (!call.has(1) || !call.has(2)) {
      throw builder.refusal("operands packed into one are not supported");
    }
    if (call.inputs().size() > 8) {
      throw builder.refusal("shared buffers of past keys are not supported");
    }
    int heads = call.attributes().intOr("num_heads", 0);
    Value[] qkv = new Value[3];
    int from = 0;
    for (int i = 0; i < 3; i++) {
      Value data = call.input(i);
      if (data.rank() == 3) {
        if (call.has(3)) {
          data = math.add(data, slice(builder, call.input(3), 0, from, data.dim(2)));
          from += data.dim(2);
        }
        data = heads(call, data, heads);
      }
      qkv[i] = data;
    }
    Value k = after(call, call.has(6) ? call.input(6) : null, qkv[1]);
    Value v = after(call, call.has(7) ? call.input(7) : null, qkv[2]);
    int pastLength = k.dim(2) - qkv[1].dim(2);
    Value mask = plus(math, masked(call, 4, k.dim(2)), call.has(5) ? call.input(5) : null);
    if (call.attributes().flag("unidirectional", false)) {
      mask = plus(math, mask, causal(math, qkv[0].dim(2), k.dim(2), pastLength));
    }
    Value result = attend(call, qkv[0], k, v, scale(call, qkv[0].dim(3)), 0, mask);
    return List.of(joined(builder, result), k, v);
  }

  /** ONNX's own, since opset 23; several heads of queries may share one of keys and values. */
  private static List<Value> standardAttention(Call call) {
    Builder builder = call.builder();
    Arithmetic math = new Arithmetic(builder);
    boolean apart = call.input(0).rank() == 4;
    Value q = apart ? call.input(0) : heads(call, call.input(0), heads(call, "q_num_heads"));
    Value[] kv = new Value[2];
    for (int i = 0; i < 2; i++) {
      Value fresh = call.input(1 + i);
      fresh = apart ? fresh : heads(call, fresh, heads(call, "kv_num_heads"));
      kv[i] = after(call, call.has(4 + i) ? call.input(4 + i) : null, fresh);
    }
    if (call.has(6)) {
      throw builder.refusal("lengths of single texts are not supported");
    }
    int keys = kv[0].dim(2);
    int pastLength = call.has(4) ? call.input(4).dim(2) : 0;
    Value mask = call.has(3) ? call.input(3) : null;
    if (mask != null && mask.type() == DataType.BOOL) {
      mask = math.where(mask, math.real(0), math.real(Float.NEGATIVE_INFINITY));
    }
    if (call.attributes().flag("is_causal", false)) {
      mask = plus(math, mask, causal(math, q.dim(2), keys, pastLength));
    }
    float cap = call.attributes().real("softcap", 0);
    if (cap != 0 && call.opset() > 23) {
      throw builder.refusal("bounded scores are supported as opset 23 defines them");
    }
    Value result =
        attend(
            call,
            q,
            repeated(builder, kv[0], q.dim(1)),
            repeated(builder, kv[1], q.dim(1)),
            scale(call, q.dim(3)),
            cap,
            mask);
    return List.of(apart ? result : joined(builder, result), kv[0], kv[1]);
  }

  private static int heads(Call call, String attribute) {
    return call.attributes().intOr(attribute, 0);
  }

  /** Each head as often as queries share it. */
  private static Value repeated(Builder builder, Value value, int heads) {
    int own = value.dim(1);
    if (own == heads) {
      return value;
    }
    if (heads % own != 0) {
      throw builder.refusal(heads + " heads of queries share " + value);
    }
    int[] dense = Shapes.strides(value.shape());
    int[] strides = {dense[0], dense[1], 0, dense[2], dense[3]};
    Value spread =
        builder.box(value, 0, strides, value.dim(0), own, heads / own, value.dim(2), value.dim(3));
    return builder.reshape(spread, value.dim(0), heads, value.dim(2), value.dim(3));
  }
}
