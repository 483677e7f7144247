package io.gpuinfer.benchmarks;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.testing.ModelBuilder;
import io.gpuinfer.engine.testing.RandomTensors;

/**
 * A text encoder of the size and structure of MiniLM, all-MiniLM-L6-v2, with seeded weights: what
 * its kernels cost, without its file. Its graph is the one that PyTorch exports, where layer
 * normalisation, GELU and attention are written out.
 */
final class SeededEncoder {

  private static final int LAYERS = 6;
  private static final int WIDTH = 384;
  private static final int HEADS = 12;
  private static final int INNER_WIDTH = 1536;
  private static final int VOCABULARY = 30522;
  private static final int POSITIONS = 512;
  private static final int TOKEN_TYPES = 2;
  private static final int OPSET = 13;
  private static final float MASKED = -1e4f;
  private static final float EPSILON = 1e-12f;

  private final ModelBuilder model = new ModelBuilder(OPSET);
  private final RandomTensors random;

  private SeededEncoder(long seed) {
    random = new RandomTensors(seed);
  }

  /**
   * The model: {@code input_ids}, {@code attention_mask} and {@code token_type_ids}, each {@code
   * [batch, tokens]} of INT64, to {@code [batch, tokens, 384]}.
   *
   * @param seed equal seeds give equal weights
   */
  static byte[] bytes(long seed) {
    return new SeededEncoder(seed).build();
  }

  private byte[] build() {
    String ids = model.input("input_ids", DataType.INT64, ModelBuilder.OPEN, ModelBuilder.OPEN);
    String tokens =
        model.input("attention_mask", DataType.INT64, ModelBuilder.OPEN, ModelBuilder.OPEN);
    String types =
        model.input("token_type_ids", DataType.INT64, ModelBuilder.OPEN, ModelBuilder.OPEN);
    String x = normalised(embedded(ids, types));
    String mask = mask(tokens);
    for (int layer = 0; layer < LAYERS; layer++) {
      x = normalised(sum(x, attention(x, mask)));
      x = normalised(sum(x, dense(gelu(dense(x, WIDTH, INNER_WIDTH)), INNER_WIDTH, WIDTH)));
    }
    model.output(x, DataType.FLOAT32);
    return model.bytes();
  }

  private String embedded(String ids, String types) {
    String words = model.node("Gather", table(VOCABULARY), ids).value();
    String kinds = model.node("Gather", table(TOKEN_TYPES), types).value();
    String length =
        model
            .node("Gather", model.node("Shape", ids).value(), model.constant(1))
            .with("axis", 0)
            .value();
    String places =
        model.node("Slice", table(POSITIONS), model.constant(0), length, model.constant(0)).value();
    return sum(sum(words, kinds), places);
  }

  private String table(int rows) {
    return model.constant(random.uniform(-1, 1, rows, WIDTH));
  }

  /** 0 for tokens in use, a large negative number for others: {@code [batch, 1, 1, tokens]}. */
  private String mask(String tokens) {
    String wide = model.node("Unsqueeze", tokens, model.constant(1, 2)).value();
    String used = model.node("Cast", wide).with("to", DataType.FLOAT32.onnx()).value();
    String unused = model.node("Sub", scalar(1), used).value();
    return model.node("Mul", unused, scalar(MASKED)).value();
  }

  private String attention(String x, String mask) {
    String queries = heads(dense(x, WIDTH, WIDTH), 0, 2, 1, 3);
    String keys = heads(dense(x, WIDTH, WIDTH), 0, 2, 3, 1);
    String values = heads(dense(x, WIDTH, WIDTH), 0, 2, 1, 3);
    String products = model.node("MatMul", queries, keys).value();
    String scale = scalar((float) Math.sqrt(WIDTH / HEADS));
    String scores = sum(model.node("Div", products, scale).value(), mask);
    String weights = model.node("Softmax", scores).with("axis", -1).value();
    String results = model.node("MatMul", weights, values).value();
    String joined = model.node("Transpose", results).withAll("perm", 0, 2, 1, 3).value();
    return dense(model.node("Reshape", joined, model.constant(0, 0, WIDTH)).value(), WIDTH, WIDTH);
  }

  private String heads(String x, long... order) {
    String apart = model.node("Reshape", x, model.constant(0, 0, HEADS, WIDTH / HEADS)).value();
    return model.node("Transpose", apart).withAll("perm", order).value();
  }

  /** A layer whose weights keep the size of what they are given. */
  private String dense(String x, int inputs, int outputs) {
    float widest = (float) Math.sqrt(3.0 / inputs);
    String weights = model.constant(random.uniform(-widest, widest, inputs, outputs));
    String bias = model.constant(random.uniform(-0.1f, 0.1f, outputs));
    return sum(model.node("MatMul", x, weights).value(), bias);
  }

  private String gelu(String x) {
    String share = model.node("Div", x, scalar((float) Math.sqrt(2))).value();
    String more = sum(model.node("Erf", share).value(), scalar(1));
    return model.node("Mul", model.node("Mul", x, more).value(), scalar(0.5f)).value();
  }

  private String normalised(String x) {
    String centred = model.node("Sub", x, mean(x)).value();
    String variance = mean(model.node("Pow", centred, scalar(2)).value());
    String deviation = model.node("Sqrt", sum(variance, scalar(EPSILON))).value();
    String unit = model.node("Div", centred, deviation).value();
    String scale = model.constant(random.uniform(0.5f, 1.5f, WIDTH));
    String bias = model.constant(random.uniform(-0.2f, 0.2f, WIDTH));
    return sum(model.node("Mul", unit, scale).value(), bias);
  }

  private String mean(String x) {
    return model.node("ReduceMean", x).withAll("axes", -1).with("keepdims", 1).value();
  }

  private String sum(String a, String b) {
    return model.node("Add", a, b).value();
  }

  private String scalar(float value) {
    return model.constant(Tensor.of(new float[] {value}));
  }
}
