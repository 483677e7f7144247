package io.gpuinfer.engine.operators;

import static io.gpuinfer.engine.DataType.BOOL;
import static io.gpuinfer.engine.DataType.FLOAT32;
import static io.gpuinfer.engine.DataType.INT32;

import io.gpuinfer.engine.Tensor;
import java.util.List;
import java.util.stream.Stream;

/** What transformers are made of, in the words of ONNX Runtime and of ONNX. */
final class TransformerCases {

  private TransformerCases() {}

  static Stream<OperatorFamily> families() {
    return Stream.of(norms(), embeddings(), rotary(), attention(), multiHead(), standard());
  }

  private static OperatorFamily norms() {
    OperatorFamily f = new OperatorFamily("skip-normalization", 17);
    String skip = "com.microsoft.SkipLayerNormalization";
    f.check(f.op(skip, f.x(2, 3, 8), f.x(2, 3, 8), f.weights(8), f.weights(8)));
    f.check(
        f.op(skip, f.x(2, 3, 64), f.x(2, 3, 64), f.weights(64), f.weights(64), f.weights(64))
            .with("epsilon", 1e-3f));
    List<String> sums =
        f.op(skip, f.x(2, 3, 8), f.x(3, 8), f.weights(8), f.weights(8), f.weights(8)).values(4);
    f.check(sums.get(0), FLOAT32, skip);
    f.check(sums.get(3), FLOAT32, skip + "'s sum");
    String root = "com.microsoft.SkipSimplifiedLayerNormalization";
    f.check(f.op(root, f.x(2, 3, 8), f.x(2, 3, 8), f.weights(8)));
    List<String> roots =
        f.op(root, f.x(2, 3, 8), f.x(2, 3, 8), f.weights(8), f.weights(8)).values(4);
    f.check(roots.get(0), FLOAT32, root);
    f.check(roots.get(3), FLOAT32, root + "'s sum");
    return f;
  }

  private static OperatorFamily embeddings() {
    OperatorFamily f = new OperatorFamily("embedding-normalization", 17);
    String type = "com.microsoft.EmbedLayerNormalization";
    String words = f.data(f.random().ints(0, 11, 2, 5));
    String segments = f.data(f.random().ints(0, 2, 2, 5));
    String mask = f.data(Tensor.of(new int[] {1, 1, 1, 1, 0, 1, 1, 0, 0, 0}, 2, 5));
    String[] tables = {f.weights(11, 8), f.weights(6, 8), f.weights(2, 8)};
    String scale = f.weights(8);
    List<String> full =
        f.op(type, words, segments, tables[0], tables[1], tables[2], scale, f.weights(8), mask)
            .with("epsilon", 1e-5f)
            .values(3);
    f.check(full.get(0), FLOAT32, type);
    f.check(full.get(1), INT32, type + "'s lengths");
    f.check(full.get(2), FLOAT32, type + "'s sum");
    List<String> plain =
        f.op(type, words, "", tables[0], tables[1], "", scale, f.weights(8)).values(2);
    f.check(plain.get(0), FLOAT32, type);
    f.check(plain.get(1), INT32, type + "'s lengths");
    return f;
  }

  private static OperatorFamily rotary() {
    OperatorFamily f = new OperatorFamily("rotary", 23);
    String cos = f.weights(16, 4);
    String sin = f.weights(16, 4);
    String each = f.data(f.random().integers(0, 16, 2, 5));
    String first = f.data(Tensor.of(new long[] {3}, 1));
    for (int interleaved = 0; interleaved < 2; interleaved++) {
      String own = "com.microsoft.RotaryEmbedding";
      for (String positions : List.of(each, first)) {
        f.check(f.op(own, f.x(2, 5, 24), positions, cos, sin).with("interleaved", interleaved));
        f.check(f.op(own, f.x(2, 3, 5, 8), positions, cos, sin).with("interleaved", interleaved));
      }
      f.check(
          f.op("RotaryEmbedding", f.x(2, 3, 5, 8), cos, sin, each)
              .with("interleaved", interleaved));
      f.check(
          f.op("RotaryEmbedding", f.x(2, 5, 24), cos, sin, each)
              .with("num_heads", 3)
              .with("interleaved", interleaved));
      f.check(
          f.op("RotaryEmbedding", f.x(2, 3, 5, 12), cos, sin, each)
              .with("rotary_embedding_dim", 8)
              .with("num_heads", 3)
              .with("interleaved", interleaved));
      f.check(
          f.op("RotaryEmbedding", f.x(2, 3, 5, 8), f.weights(2, 5, 4), f.weights(2, 5, 4))
              .with("interleaved", interleaved));
    }
    return f;
  }

  private static OperatorFamily attention() {
    OperatorFamily f = new OperatorFamily("attention", 17);
    String type = "com.microsoft.Attention";
    String weights = f.weights(12, 24);
    String bias = f.weights(24);
    String mask = f.data(Tensor.of(new int[] {1, 1, 1, 1, 0, 1, 1, 0, 0, 0}, 2, 5));
    String lengths = f.data(Tensor.of(new int[] {5, 3}, 2));
    f.check(f.op(type, f.x(2, 5, 12), weights, bias).with("num_heads", 2));
    f.check(f.op(type, f.x(2, 5, 12), weights, bias, mask).with("num_heads", 2));
    f.check(f.op(type, f.x(2, 5, 12), weights, bias, lengths).with("num_heads", 2));
    f.check(
        f.op(type, f.x(2, 5, 12), weights, bias, "")
            .with("num_heads", 4)
            .with("unidirectional", 1));
    f.check(f.op(type, f.x(2, 5, 12), weights, bias).with("num_heads", 2).with("scale", 0.3f));
    f.check(f.op(type, f.x(2, 5, 12), weights, bias, "", "", f.x(2, 2, 5, 5)).with("num_heads", 2));
    f.checkAll(
        f.op(type, f.x(2, 1, 12), weights, bias, "", f.x(2, 2, 2, 3, 4))
            .with("num_heads", 2)
            .with("unidirectional", 1),
        2,
        FLOAT32);
    return f;
  }

  private static OperatorFamily multiHead() {
    OperatorFamily f = new OperatorFamily("multi-head-attention", 17);
    String type = "com.microsoft.MultiHeadAttention";
    String mask = f.data(Tensor.of(new int[] {1, 1, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0}, 2, 6));
    f.check(f.op(type, f.x(2, 5, 8), f.x(2, 6, 8), f.x(2, 6, 8)).with("num_heads", 2));
    f.check(f.op(type, f.x(2, 5, 8), f.x(2, 6, 8), f.x(2, 6, 12)).with("num_heads", 2));
    f.check(
        f.op(type, f.x(2, 5, 8), f.x(2, 6, 8), f.x(2, 6, 8), f.weights(24), mask)
            .with("num_heads", 2));
    f.check(
        f.op(type, f.x(2, 5, 8), f.x(2, 6, 8), f.x(2, 6, 8), "", "", f.x(1, 2, 5, 6))
            .with("num_heads", 2));
    f.check(f.op(type, f.x(2, 5, 8), f.x(2, 2, 6, 4), f.x(2, 2, 6, 4)).with("num_heads", 2));
    f.checkAll(
        f.op(
                type,
                f.x(2, 1, 8),
                f.x(2, 1, 8),
                f.x(2, 1, 8),
                "",
                "",
                "",
                f.x(2, 2, 3, 4),
                f.x(2, 2, 3, 4))
            .with("num_heads", 2),
        3,
        FLOAT32);
    return f;
  }

  private static OperatorFamily standard() {
    OperatorFamily f = new OperatorFamily("standard-attention", 23);
    f.check(f.op("Attention", f.x(2, 3, 5, 4), f.x(2, 3, 6, 4), f.x(2, 3, 6, 7)));
    f.check(
        f.op("Attention", f.x(2, 5, 12), f.x(2, 6, 12), f.x(2, 6, 12))
            .with("q_num_heads", 3)
            .with("kv_num_heads", 3));
    f.check(
        f.op("Attention", f.x(2, 6, 5, 4), f.x(2, 2, 5, 4), f.x(2, 2, 5, 4))
            .with("scale", 0.4f)
            .with("is_causal", 1));
    f.check(
        f.op("Attention", f.x(2, 3, 5, 4), f.x(2, 3, 6, 4), f.x(2, 3, 6, 4), f.x(5, 6))
            .with("softcap", 2f));
    byte[] seen = {1, 1, 0, 1, 0, 1, 1, 1, 1, 0, 0, 1};
    f.check(
        f.op(
            "Attention",
            f.x(2, 3, 2, 4),
            f.x(2, 3, 6, 4),
            f.x(2, 3, 6, 4),
            f.data(Tensor.wrap(BOOL, seen, 2, 6))));
    f.checkAll(
        f.op(
            "Attention",
            f.x(2, 3, 2, 4),
            f.x(2, 3, 2, 4),
            f.x(2, 3, 2, 4),
            "",
            f.x(2, 3, 5, 4),
            f.x(2, 3, 5, 4)),
        3,
        FLOAT32);
    return f;
  }
}
