package io.gpuinfer.engine.opencl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import com.google.protobuf.InvalidProtocolBufferException;
import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.DeviceClass;
import io.gpuinfer.engine.LoadOptions;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.plan.Opcode;
import io.gpuinfer.engine.plan.Plan;
import io.gpuinfer.engine.testing.Agreement;
import io.gpuinfer.engine.testing.ModelBuilder;
import io.gpuinfer.engine.testing.OnnxRuntimeOracle;
import io.gpuinfer.engine.testing.RandomTensors;
import io.gpuinfer.engine.testing.RealModels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Fusions change how much is done at once, and nothing else. */
class FusionTest {

  private static final Agreement UNFUSED = new Agreement(1e-4, 1e-4);
  private static final Agreement ORACLE = new Agreement(1e-4, 1e-5);

  private static OpenClSession load(byte[] model, DeviceClass kernels, boolean fusion) {
    return (OpenClSession)
        new OpenClEngine()
            .load(
                ModelSource.of("model.onnx", model),
                LoadOptions.builder().deviceClass(kernels).fusion(fusion).build());
  }

  /**
   * Runs a model with and without fusions.
   *
   * @param gain how many times as many passes it has without them, at least
   * @return the plan with fusions
   */
  private static Plan same(
      byte[] model, DeviceClass kernels, Map<String, Tensor> inputs, double gain) {
    try (OpenClSession fused = load(model, kernels, true);
        OpenClSession unfused = load(model, kernels, false)) {
      assertThat(UNFUSED.differences(unfused.run(inputs), fused.run(inputs))).isEmpty();
      assertThat((double) unfused.describe().passes())
          .isGreaterThan(gain * fused.describe().passes());
      return fused.currentPlan();
    }
  }

  /** The operators of the nodes that each pass does. */
  private static List<Set<String>> operators(Plan plan, byte[] model) {
    Map<String, String> types;
    try {
      types =
          ModelProto.parseFrom(model).getGraph().getNodeList().stream()
              .filter(node -> !node.getName().isEmpty())
              .collect(Collectors.toMap(NodeProto::getName, NodeProto::getOpType));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(e);
    }
    return plan.passes().stream()
        .map(Plan.Pass::origins)
        .map(origins -> origins.stream().map(types::get).collect(Collectors.toSet()))
        .toList();
  }

  @ParameterizedTest
  @EnumSource
  void miniLmIsTheSameWithNormalisationsAndActivationsInOnePassEach(DeviceClass kernels) {
    byte[] model = RealModels.bytes(RealModels.MINI_LM);

    Plan plan = same(model, kernels, RealModels.texts(2, 16), 2.5);

    // One for the embeddings, and two in each of six layers.
    assertThat(plan.passes()).filteredOn(p -> p.kernel() == Opcode.LAYER_NORM).hasSize(13);
    assertThat(plan.passes()).noneMatch(pass -> pass.kernel() == Opcode.REDUCE);
    assertThat(operators(plan, model))
        .filteredOn(pass -> pass.contains("Erf"))
        .hasSize(6)
        .allMatch(pass -> pass.contains("MatMul"));
  }

  @ParameterizedTest
  @EnumSource
  void textDetectionIsTheSame(DeviceClass kernels) {
    same(
        RealModels.bytes(RealModels.DETECTION),
        kernels,
        Map.of("x", RealModels.picture(1, 64, 96)),
        2);
  }

  @ParameterizedTest
  @EnumSource
  void textRecognitionIsTheSame(DeviceClass kernels) {
    same(
        RealModels.bytes(RealModels.RECOGNITION),
        kernels,
        Map.of("x", RealModels.picture(1, 48, 96)),
        2);
  }

  @ParameterizedTest
  @EnumSource
  void textDirectionIsTheSameWithNormalisationsInTheConvolutions(DeviceClass kernels) {
    byte[] model = RealModels.bytes(RealModels.DIRECTION);

    Plan plan = same(model, kernels, Map.of("x", RealModels.picture(1, 48, 192)), 2);

    assertThat(operators(plan, model))
        .filteredOn(pass -> pass.contains("BatchNormalization"))
        .hasSizeGreaterThan(30)
        .allMatch(pass -> pass.contains("Conv"));
  }

  /** A small graph, its inputs, and the outputs asked for. */
  private static final class Sketch {
    private final ModelBuilder model;
    private final RandomTensors random = new RandomTensors(1);
    private final Map<String, Tensor> inputs = new LinkedHashMap<>();

    Sketch() {
      this(13);
    }

    Sketch(int opset) {
      model = new ModelBuilder(opset);
    }

    String x(long... shape) {
      String name = "x" + inputs.size();
      inputs.put(name, random.normal(shape));
      return model.input(name, DataType.FLOAT32, shape);
    }

    String weights(long... shape) {
      return model.constant(random.normal(shape));
    }

    String scalar(float value) {
      return model.constant(Tensor.of(new float[] {value}));
    }

    String op(String type, String... operands) {
      return model.node(type, operands).value();
    }

    String mean(String value, long... axes) {
      return model.node("ReduceMean", value).withAll("axes", axes).value();
    }

    String transpose(String value, long... perm) {
      return model.node("Transpose", value).withAll("perm", perm).value();
    }

    void answer(String... values) {
      for (String value : values) {
        model.output(value, DataType.FLOAT32);
      }
    }

    /** Compares with the oracle and answers what the passes of the fused plan call. */
    List<Opcode> kernels(DeviceClass kernels) {
      Map<String, Tensor> expected = OnnxRuntimeOracle.answer(model.bytes(), inputs);
      try (OpenClSession session = load(model.bytes(), kernels, true)) {
        assertThat(ORACLE.differences(expected, session.run(inputs))).isEmpty();
        return session.currentPlan().passes().stream().map(Plan.Pass::kernel).toList();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aProductTakesBiasActivationAndResidualAlong(DeviceClass kernels) {
    Sketch s = new Sketch();
    String biased = s.op("Add", s.op("MatMul", s.x(5, 7), s.weights(7, 33)), s.weights(33));
    s.answer(s.op("Add", s.op("Relu", biased), s.x(5, 33)));

    assertThat(s.kernels(kernels)).containsExactly(Opcode.CONV);
  }

  @ParameterizedTest
  @EnumSource
  void aChainOfElementwiseOperatorsIsOnePass(DeviceClass kernels) {
    Sketch s = new Sketch();
    String x = s.x(5, 33);
    String scaled = s.op("Mul", s.op("Tanh", x), s.x(33));
    s.answer(s.op("Sub", s.op("Sigmoid", s.op("Add", scaled, x)), s.x(5, 1)));

    assertThat(s.kernels(kernels)).containsExactly(Opcode.ELEMENTWISE);
  }

  @ParameterizedTest
  @EnumSource
  void aProductThatIsReadTwiceIsComputedOnce(DeviceClass kernels) {
    Sketch s = new Sketch();
    String product = s.op("MatMul", s.x(5, 7), s.weights(7, 33));
    s.answer(s.op("Relu", product), s.op("MatMul", product, s.weights(33, 3)));

    assertThat(s.kernels(kernels)).filteredOn(k -> k == Opcode.CONV).hasSizeLessThanOrEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource
  void aProductThatIsAnAnswerStaysAsItIs(DeviceClass kernels) {
    Sketch s = new Sketch();
    String product = s.op("MatMul", s.x(5, 7), s.weights(7, 33));
    s.answer(product, s.op("Relu", product));
    String convolved = s.op("Conv", s.x(1, 3, 5, 6), s.weights(4, 3, 3, 3));
    s.answer(convolved, s.op("Sigmoid", convolved));

    s.kernels(kernels);
  }

  @ParameterizedTest
  @EnumSource
  void aProductThatIsStretchedIsComputedOnce(DeviceClass kernels) {
    Sketch s = new Sketch();
    s.answer(s.op("Add", s.op("MatMul", s.x(5, 7), s.weights(7, 9)), s.x(3, 5, 9)));
    s.answer(s.op("Add", s.op("MatMul", s.x(5, 7), s.weights(7, 1)), s.x(5, 4)));
    s.answer(s.op("Add", s.op("MatMul", s.x(5, 7), s.weights(7, 9)), s.x(5, 1)));

    s.kernels(kernels);
  }

  @ParameterizedTest
  @EnumSource
  void anElementwiseValueThatIsStretchedIsComputedOnce(DeviceClass kernels) {
    Sketch s = new Sketch();
    String narrow = s.op("Tanh", s.x(5, 1));
    s.answer(s.op("Mul", narrow, s.x(5, 19)));

    assertThat(s.kernels(kernels)).containsExactly(Opcode.ELEMENTWISE, Opcode.ELEMENTWISE);
  }

  @ParameterizedTest
  @EnumSource
  void anElementwiseValueThatIsAnAnswerOrReadTwiceStays(DeviceClass kernels) {
    Sketch s = new Sketch();
    String answer = s.op("Exp", s.x(5, 19));
    s.answer(answer, s.op("Neg", answer));
    String both = s.op("Sin", s.x(5, 19));
    s.answer(s.op("Mul", s.op("Cos", both), s.op("Relu", both)));

    s.kernels(kernels);
  }

  @ParameterizedTest
  @EnumSource
  void operandsThatAreComputedAfterTheProductAreRead(DeviceClass kernels) {
    Sketch s = new Sketch();
    String product = s.op("MatMul", s.x(5, 7), s.weights(7, 9));
    String later = s.op("Softmax", s.x(5, 9));
    s.answer(s.op("Add", product, later));
    String one = s.op("MatMul", s.x(5, 7), s.weights(7, 9));
    String other = s.op("MatMul", s.x(5, 7), s.weights(7, 9));
    s.answer(s.op("Mul", other, one));
    String squared = s.op("MatMul", s.x(5, 7), s.weights(7, 9));
    s.answer(s.op("Mul", squared, squared));

    s.kernels(kernels);
  }

  @ParameterizedTest
  @EnumSource
  void layerNormalisationWrittenOutIsOnePass(DeviceClass kernels) {
    Sketch s = new Sketch();
    s.answer(normalised(s, s.x(4, 33), s.weights(33), s.weights(33)));

    assertThat(s.kernels(kernels)).containsExactly(Opcode.LAYER_NORM);
  }

  private static String normalised(Sketch s, String x, String scale, String bias) {
    String centred = s.op("Sub", x, s.mean(x, -1));
    String variance = s.mean(s.op("Pow", centred, s.scalar(2)), -1);
    String deviation = s.op("Sqrt", s.op("Add", variance, s.scalar(1e-5f)));
    return s.op("Add", s.op("Mul", s.op("Div", centred, deviation), scale), bias);
  }

  @ParameterizedTest
  @EnumSource
  void whatOnlyLooksLikeLayerNormalisationIsComputedAsWritten(DeviceClass kernels) {
    Sketch s = new Sketch();
    // Over another axis.
    String x = s.x(4, 33);
    String columns = s.op("Sub", x, s.mean(x, 0));
    String spread =
        s.op("Sqrt", s.op("Add", s.mean(s.op("Mul", columns, columns), 0), s.scalar(1)));
    s.answer(s.op("Add", s.op("Mul", s.op("Div", columns, spread), s.weights(33)), s.weights(33)));
    // The mean of something else.
    String y = s.x(4, 33);
    String shifted = s.op("Sub", y, s.mean(s.x(4, 33), -1));
    String root = s.op("Sqrt", s.op("Add", s.mean(s.op("Mul", shifted, shifted), -1), s.scalar(1)));
    s.answer(s.op("Add", s.op("Mul", s.op("Div", shifted, root), s.weights(33)), s.weights(33)));
    // The variance of something else.
    String z = s.x(4, 33);
    String own = s.op("Sub", z, s.mean(z, -1));
    String other = s.op("Sub", y, s.mean(y, -1));
    String foreign = s.op("Sqrt", s.op("Add", s.mean(s.op("Mul", other, other), -1), s.scalar(1)));
    s.answer(s.op("Add", s.op("Mul", s.op("Div", own, foreign), s.weights(33)), s.weights(33)));
    // Differences from the mean of something else, and from the right mean but of something else.
    String v = s.x(4, 33);
    String right = s.op("Sub", v, s.mean(v, -1));
    String spreadOfV =
        s.op("Sqrt", s.op("Add", s.mean(s.op("Mul", right, right), -1), s.scalar(1)));
    for (String wrong : List.of(s.op("Sub", v, s.mean(y, -1)), s.op("Sub", y, s.mean(v, -1)))) {
      String quotient = s.op("Div", wrong, spreadOfV);
      s.answer(s.op("Add", s.op("Mul", quotient, s.weights(33)), s.weights(33)));
    }
    // A scale for each row, one for all, and one that the request brings.
    s.answer(normalised(s, s.x(33, 33), s.weights(33, 1), s.weights(33)));
    s.answer(normalised(s, s.x(4, 33), s.weights(1), s.weights(33)));
    s.answer(normalised(s, s.x(4, 33), s.x(33), s.weights(33)));
    s.answer(normalised(s, s.x(4, 33), s.weights(3, 1, 33), s.weights(33)));
    // A part of it is an answer too.
    String w = s.x(4, 33);
    String centred = s.op("Sub", w, s.mean(w, -1));
    String deviation =
        s.op("Sqrt", s.op("Add", s.mean(s.op("Mul", centred, centred), -1), s.scalar(1e-5f)));
    String quotient = s.op("Div", centred, deviation);
    s.answer(centred, quotient);
    s.answer(s.op("Add", s.op("Mul", quotient, s.weights(33)), s.weights(33)));

    s.kernels(kernels);
  }

  /** Softmax of scaled and masked scores. */
  private static String attended(Sketch s, String q, String k, String maskOrNull) {
    String scores = s.op("MatMul", q, s.transpose(k, 0, 1, 3, 2));
    String scaled = s.op("Div", scores, s.scalar(2.5f));
    String masked = maskOrNull == null ? scaled : s.op("Add", scaled, maskOrNull);
    return s.model.node("Softmax", masked).with("axis", -1).value();
  }

  private static String heads(Sketch s, long batch, long length, long heads, long width) {
    return s.transpose(s.x(batch, length, heads, width), 0, 2, 1, 3);
  }

  @ParameterizedTest
  @EnumSource
  void attentionIsTheSameWithEveryKindOfMask(DeviceClass kernels) {
    Sketch s = new Sketch();
    long[][] masks = {{2, 1, 1, 37}, {2, 3, 5, 37}, {5, 37}, {37}, {1, 3, 1, 1}, {2, 1, 5, 1}};
    for (long[] mask : masks) {
      String weighted = attended(s, heads(s, 2, 5, 3, 8), heads(s, 2, 37, 3, 8), s.x(mask));
      String joined = s.op("MatMul", weighted, heads(s, 2, 37, 3, 19));
      s.answer(s.transpose(joined, 0, 2, 1, 3));
    }
    String unmasked = attended(s, heads(s, 1, 17, 2, 4), heads(s, 1, 3, 2, 4), null);
    s.answer(s.op("MatMul", unmasked, heads(s, 1, 3, 2, 33)));
    String single = attended(s, heads(s, 1, 1, 1, 1), heads(s, 1, 1, 1, 1), null);
    s.answer(s.op("MatMul", single, heads(s, 1, 1, 1, 1)));

    assertThat(s.kernels(kernels)).contains(Opcode.ATTENTION).doesNotContain(Opcode.SOFTMAX);
  }

  @ParameterizedTest
  @EnumSource
  void attentionOfManyQueriesKeysAndColumnsIsOnePass(DeviceClass kernels) {
    Sketch s = new Sketch();
    float[] mask = new float[70 * 150];
    for (int i = 0; i < mask.length; i++) {
      int query = i / 150;
      int key = i % 150;
      // A row without any key, and rows that begin with more of them than are met at once.
      boolean masked = query == 3 || key < query + 20;
      mask[i] = !masked ? 0 : query % 2 == 0 ? Float.NEGATIVE_INFINITY : -1e4f;
    }
    String shift = s.model.constant(Tensor.of(mask, 70, 150));
    String weights = attended(s, heads(s, 1, 70, 2, 130), heads(s, 1, 150, 2, 130), shift);
    String joined = s.op("MatMul", weights, heads(s, 1, 150, 2, 140));
    s.answer(s.transpose(joined, 0, 2, 1, 3));

    assertThat(s.kernels(kernels)).contains(Opcode.ATTENTION).doesNotContain(Opcode.MATMUL);
  }

  @ParameterizedTest
  @EnumSource
  void whatOnlyLooksLikeAttentionIsComputedAsWritten(DeviceClass kernels) {
    Sketch s = new Sketch();
    // Weights that are transposed before they are used.
    String weights = attended(s, heads(s, 3, 5, 3, 8), heads(s, 3, 5, 3, 8), null);
    s.answer(s.op("MatMul", s.transpose(weights, 1, 0, 2, 3), s.x(3, 3, 5, 8)));
    String turned = attended(s, heads(s, 3, 5, 3, 8), heads(s, 3, 5, 3, 8), null);
    s.answer(s.op("MatMul", s.transpose(turned, 0, 1, 3, 2), s.x(3, 3, 5, 8)));
    // Weights or scores that are answers.
    String shown = attended(s, heads(s, 2, 5, 3, 8), heads(s, 2, 7, 3, 8), null);
    s.answer(shown, s.op("MatMul", shown, heads(s, 2, 7, 3, 8)));
    String scores = s.op("MatMul", heads(s, 2, 5, 3, 8), s.x(2, 3, 8, 7));
    String soft = s.model.node("Softmax", scores).with("axis", -1).value();
    s.answer(scores, s.op("MatMul", soft, heads(s, 2, 7, 3, 8)));
    // A softmax over the queries.
    String over =
        s.model
            .node("Softmax", s.op("MatMul", s.x(2, 3, 5, 8), s.x(2, 3, 8, 5)))
            .with("axis", 2)
            .value();
    s.answer(s.op("MatMul", over, s.x(2, 3, 5, 8)));
    // Scores that a mask stretches, a factor for each head, and values that all heads share.
    String few = s.op("Add", s.op("MatMul", s.x(1, 3, 5, 8), s.x(1, 3, 8, 7)), s.x(2, 1, 1, 7));
    s.answer(s.op("MatMul", s.op("Softmax", few), s.x(2, 3, 7, 8)));
    String each = s.op("Mul", s.op("MatMul", s.x(2, 3, 5, 8), s.x(2, 3, 8, 7)), s.weights(3, 1, 1));
    s.answer(s.op("MatMul", s.op("Softmax", each), s.x(2, 3, 7, 8)));
    String plain = attended(s, heads(s, 2, 5, 3, 8), heads(s, 2, 7, 3, 8), null);
    s.answer(s.op("MatMul", plain, s.x(7, 8)));
    String stretched = attended(s, heads(s, 1, 5, 3, 8), heads(s, 1, 7, 3, 8), null);
    s.answer(s.op("MatMul", stretched, s.x(2, 3, 7, 8)));
    // Two masks, and a mask before the scale.
    String twice = s.op("Add", s.op("MatMul", s.x(2, 3, 5, 8), s.x(2, 3, 8, 7)), s.x(7));
    s.answer(s.op("MatMul", s.op("Softmax", s.op("Add", twice, s.x(5, 7))), s.x(2, 3, 7, 8)));
    String early = s.op("Add", s.op("MatMul", s.x(2, 3, 5, 8), s.x(2, 3, 8, 7)), s.x(7));
    s.answer(s.op("MatMul", s.op("Softmax", s.op("Mul", early, s.scalar(3))), s.x(2, 3, 7, 8)));

    s.kernels(kernels);
  }

  @ParameterizedTest
  @EnumSource
  void aSoftmaxOverSeveralAxesIsNoAttention(DeviceClass kernels) {
    Sketch s = new Sketch(11);
    String scores = s.op("MatMul", s.x(2, 3, 5, 8), s.x(2, 3, 8, 7));
    String weights = s.model.node("Softmax", scores).with("axis", 2).value();
    s.answer(s.op("MatMul", weights, s.x(2, 3, 7, 8)));

    assertThat(s.kernels(kernels)).contains(Opcode.SOFTMAX);
  }

  /** Graphs of random operators over a few shapes that broadcast, with products in between. */
  @ParameterizedTest
  @EnumSource
  void randomGraphsAnswerTheSame(DeviceClass kernels) {
    Sketch s = new Sketch();
    Random random = new Random(9);
    long[][] shapes = {{4, 19}, {19}, {4, 1}, {1}};
    for (int graph = 0; graph < 12; graph++) {
      Map<String, long[]> values = new LinkedHashMap<>();
      for (long[] shape : shapes) {
        values.put(s.x(shape), shape);
        values.put(s.weights(shape), shape);
      }
      for (int node = 0; node < 14; node++) {
        grow(s, random, values);
      }
      List<String> made = new ArrayList<>(values.keySet());
      s.answer(made.get(made.size() - 1), made.get(made.size() - 2 - random.nextInt(4)));
    }

    s.kernels(kernels);
  }

  private static void grow(Sketch s, Random random, Map<String, long[]> values) {
    List<String> known = new ArrayList<>(values.keySet());
    // Late values more often than early ones, so that chains form.
    String left = known.get(known.size() - 1 - random.nextInt(Math.min(4, known.size())));
    String right = known.get(random.nextInt(known.size()));
    long[] shape = values.get(left);
    switch (random.nextInt(8)) {
      case 0 -> values.put(s.op("Tanh", left), shape);
      case 1 -> values.put(s.op("Relu", left), shape);
      case 2 -> values.put(s.op("Sigmoid", left), shape);
      case 3 -> {
        if (Arrays.equals(shape, new long[] {4, 19})) {
          values.put(s.op("Tanh", s.op("MatMul", left, s.weights(19, 19))), shape);
        } else {
          values.put(s.op("Neg", left), shape);
        }
      }
      case 4 -> values.put(s.op("Sub", left, right), joined(shape, values.get(right)));
      case 5 -> values.put(s.op("Max", left, right), joined(shape, values.get(right)));
      case 6 -> values.put(s.op("Add", right, left), joined(shape, values.get(right)));
      default ->
          values.put(s.op("Tanh", s.op("Mul", left, right)), joined(shape, values.get(right)));
    }
  }

  private static long[] joined(long[] a, long[] b) {
    long rows = Math.max(a.length == 2 ? a[0] : 1, b.length == 2 ? b[0] : 1);
    long columns = Math.max(a[a.length - 1], b[b.length - 1]);
    return a.length == 2 || b.length == 2 ? new long[] {rows, columns} : new long[] {columns};
  }
}
