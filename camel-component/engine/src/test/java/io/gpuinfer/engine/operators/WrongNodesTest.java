package io.gpuinfer.engine.operators;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.testing.HostPlan;
import io.gpuinfer.engine.testing.ModelBuilder;
import io.gpuinfer.engine.testing.RandomTensors;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A node whose attributes or operands could lead outside of memory never reaches a device. */
class WrongNodesTest {

  /** A node over the image {@code x[1, 4, 6, 6]}. */
  record Wrong(String what, Function<ModelBuilder, ModelBuilder.Node> node) {
    @Override
    public String toString() {
      return what;
    }
  }

  private static Wrong conv(
      String what, Function<ModelBuilder.Node, ModelBuilder.Node> attributes) {
    return new Wrong(
        "Conv with " + what, m -> attributes.apply(m.node("Conv", "x", weights(m, 8, 4, 3, 3))));
  }

  private static Wrong pool(
      String what, Function<ModelBuilder.Node, ModelBuilder.Node> attributes) {
    return new Wrong("MaxPool with " + what, m -> attributes.apply(m.node("MaxPool", "x")));
  }

  private static Wrong node(String what, Function<ModelBuilder, ModelBuilder.Node> node) {
    return new Wrong(what, node);
  }

  private static String weights(ModelBuilder model, long... shape) {
    return model.constant(new RandomTensors(1).normal(shape));
  }

  private static String quantised(ModelBuilder model, String value) {
    return model.node("QuantizeLinear", value, weights(model)).value();
  }

  /** A body that always asks for another round. */
  private static ModelBuilder endless(ModelBuilder model) {
    ModelBuilder body = model.body();
    body.input("round", DataType.INT64);
    body.output(body.input("again", DataType.BOOL), DataType.BOOL);
    body.output(body.node("Neg", body.input("state", DataType.FLOAT32)).value(), DataType.FLOAT32);
    return body;
  }

  static Stream<Wrong> wrongNodes() {
    return Stream.of(
        conv("negative dilations", n -> n.withAll("dilations", -1, 1)),
        conv("dilations of zero", n -> n.withAll("dilations", 0, 1)),
        conv("negative strides", n -> n.withAll("strides", -1, 1)),
        conv("strides of zero", n -> n.withAll("strides", 0, 1)),
        conv("negative pads", n -> n.withAll("pads", -1, 0, 0, 0)),
        conv("too few pads", n -> n.withAll("pads", 1, 1, 1)),
        conv("pads over 2^31", n -> n.withAll("pads", 1L << 32, 0, 0, 0)),
        conv("no groups", n -> n.with("group", 0)),
        conv("negative groups", n -> n.with("group", -1)),
        conv("a text for a number", n -> n.with("group", "four")),
        conv("another kernel_shape", n -> n.withAll("kernel_shape", 5, 5)),
        node(
            "Conv with a short bias",
            m -> m.node("Conv", "x", weights(m, 8, 4, 3, 3), weights(m, 2))),
        node(
            "ConvTranspose with a short bias",
            m -> m.node("ConvTranspose", "x", weights(m, 4, 8, 3, 3), weights(m, 2))),
        node(
            "ConvTranspose with pads that leave nothing",
            m -> m.node("ConvTranspose", "x", weights(m, 4, 8, 3, 3)).withAll("pads", 9, 9, 9, 9)),
        node(
            "ConvTranspose with negative strides",
            m -> m.node("ConvTranspose", "x", weights(m, 4, 8, 3, 3)).withAll("strides", -2, -2)),
        node(
            "ConvTranspose of other channels",
            m -> m.node("ConvTranspose", "x", weights(m, 3, 8, 3, 3))),
        pool("no kernel", n -> n.withAll("strides", 1, 1)),
        pool("a negative kernel", n -> n.withAll("kernel_shape", -2, -2)),
        pool(
            "negative dilations",
            n -> n.withAll("kernel_shape", 2, 2).withAll("dilations", -1, -1)),
        pool("strides of zero", n -> n.withAll("kernel_shape", 2, 2).withAll("strides", 0, 0)),
        pool("a kernel beyond the image", n -> n.withAll("kernel_shape", 9, 9)),
        node("Reshape to negative extents", m -> m.node("Reshape", "x", m.constant(-2, -72))),
        node("Reshape to another size", m -> m.node("Reshape", "x", m.constant(5, 5))),
        node(
            "Pad that cuts too much",
            m -> m.node("Pad", "x", m.constant(0, 0, -4, -4, 0, 0, -4, -4))),
        node(
            "Pad that wraps around",
            m ->
                m.node(
                    "Pad",
                    "x",
                    m.constant(0, 0, Integer.MAX_VALUE, 0, 0, 0, 0, Integer.MAX_VALUE))),
        node("Pad with too few pads", m -> m.node("Pad", "x", m.constant(1, 1))),
        node(
            "Resize to negative sizes",
            m -> m.node("Resize", "x", "", "", m.constant(1, 4, -2, -3)).with("mode", "nearest")),
        node(
            "Resize by nothing",
            m ->
                m.node(
                        "Resize",
                        "x",
                        "",
                        m.constant(Tensor.of(new float[] {1, 1, Float.NaN, 1}, 4)))
                    .with("mode", "nearest")),
        node(
            "DepthToSpace by a negative block",
            m -> m.node("DepthToSpace", "x").with("blocksize", -2)),
        node("DepthToSpace by no block", m -> m.node("DepthToSpace", "x").with("blocksize", 0)),
        node(
            "SpaceToDepth that leaves a rest",
            m -> m.node("SpaceToDepth", "x").with("blocksize", 4)),
        node("Tile negatively", m -> m.node("Tile", "x", m.constant(1, 1, -1, -1))),
        node("Expand to another shape", m -> m.node("Expand", "x", m.constant(1, 4, 5, 6))),
        node("Expand negatively", m -> m.node("Expand", "x", m.constant(-1, -1, 1, 1, 1, 1))),
        node(
            "Slice by no step",
            m -> m.node("Slice", "x", m.constant(0), m.constant(9), m.constant(0), m.constant(0))),
        node(
            "Slice of axis 9",
            m -> m.node("Slice", "x", m.constant(0), m.constant(9), m.constant(9))),
        node(
            "Transpose of an axis twice",
            m -> m.node("Transpose", "x").withAll("perm", 0, 1, 1, 2)),
        node("Transpose of too few axes", m -> m.node("Transpose", "x").withAll("perm", 1, 0)),
        node("Concat of axis 4", m -> m.node("Concat", "x", "x").with("axis", 4)),
        node(
            "Concat of other extents",
            m -> m.node("Concat", "x", weights(m, 1, 4, 5, 6)).with("axis", 1)),
        node("Flatten of axis 9", m -> m.node("Flatten", "x").with("axis", 9)),
        node("Softmax of axis 9", m -> m.node("Softmax", "x").with("axis", 9)),
        node("ReduceMax of axis -5", m -> m.node("ReduceMax", "x").withAll("axes", -5)),
        node("Gather of axis 4", m -> m.node("Gather", "x", m.constant(0, 1)).with("axis", 4)),
        node(
            "Gather of a row that is not there",
            m -> m.node("Gather", "x", m.constant(0, 7)).with("axis", 2)),
        node("Gather by reals", m -> m.node("Gather", "x", weights(m, 3))),
        node("TopK of too many", m -> m.node("TopK", "x", m.constant(7))),
        node("ArgMax of axis 4", m -> m.node("ArgMax", "x").with("axis", 4)),
        node(
            "GatherElements of another rank", m -> m.node("GatherElements", "x", m.constant(0, 1))),
        node(
            "GatherND of too long tuples", m -> m.node("GatherND", "x", m.constant(0, 0, 0, 0, 0))),
        node(
            "ScatterND of other updates",
            m -> m.node("ScatterND", "x", m.constant(0), weights(m, 4, 6, 5))),
        node(
            "ScatterElements by a reduction that is not there",
            m ->
                m.node("ScatterElements", "x", m.constant(Tensor.of(new long[1], 1, 1, 1, 1)), "x")
                    .with("reduction", "mean")),
        node("LRN over no channels", m -> m.node("LRN", "x").with("size", 0)),
        node(
            "LpPool of no norm",
            m -> m.node("LpPool", "x").withAll("kernel_shape", 2, 2).with("p", 0)),
        node(
            "Pad by a mode that is not there",
            m -> m.node("Pad", "x", m.constant(0, 0, 1, 1, 0, 0, 1, 1)).with("mode", "mirror")),
        node(
            "Pad that reflects around 2^31",
            m ->
                m.node("Pad", "x", m.constant(0, 0, Integer.MAX_VALUE, 0, 0, 0, 0, 9))
                    .with("mode", "reflect")),
        node(
            "Resize to an extent over 2^31",
            m ->
                m.node("Resize", "x", "", m.constant(Tensor.of(new float[] {1, 1, 1e9f, 1e9f}, 4)))
                    .with("mode", "cubic")),
        node(
            "RoiAlign of other images",
            m -> m.node("RoiAlign", "x", weights(m, 3, 4), m.constant(0, 0))),
        node(
            "LSTM of an image", m -> m.node("LSTM", "x", weights(m, 1, 8, 6), weights(m, 1, 8, 2))),
        node("Split into too much", m -> m.node("Split", "x", m.constant(9)).with("axis", 1)),
        node("Split negatively", m -> m.node("Split", "x", m.constant(-1)).with("axis", 1)),
        node("MatMul of other extents", m -> m.node("MatMul", "x", weights(m, 5, 3))),
        node("Gemm of an image", m -> m.node("Gemm", "x", weights(m, 6, 3)).with("transA", 1)),
        node(
            "LayerNormalization with a short scale",
            m -> m.node("LayerNormalization", "x", weights(m, 2), weights(m, 2))),
        node(
            "BatchNormalization with short statistics",
            m ->
                m.node(
                    "BatchNormalization",
                    "x",
                    weights(m, 4),
                    weights(m, 4),
                    weights(m, 4),
                    weights(m, 3))),
        node(
            "GridSample of points in space",
            m -> m.node("GridSample", "x", weights(m, 1, 2, 2, 3))),
        node("Add without a second operand", m -> m.node("Add", "x")),
        node("Cast to nothing", m -> m.node("Cast", "x").with("to", 99)),
        node(
            "GlobalAveragePool of a vector",
            m -> m.node("GlobalAveragePool", m.node("Reshape", "x", m.constant(144)).value())),
        node(
            "ConstantOfShape of a negative shape",
            m -> m.node("ConstantOfShape", m.constant(-1, -1))),
        node("QuantizeLinear by integers", m -> m.node("QuantizeLinear", "x", m.constant(1))),
        node(
            "QuantizeLinear to floats",
            m -> m.node("QuantizeLinear", "x", weights(m)).with("output_dtype", 1)),
        node(
            "QuantizeLinear of negative blocks",
            m -> m.node("QuantizeLinear", "x", weights(m, 1, 4, 6, 6)).with("block_size", -1)),
        node(
            "QuantizeLinear of axis 9",
            m -> m.node("QuantizeLinear", "x", weights(m, 4)).with("axis", 9)),
        node("DequantizeLinear of floats", m -> m.node("DequantizeLinear", "x", weights(m))),
        node("MatMulInteger of floats", m -> m.node("MatMulInteger", "x", weights(m, 6, 3))),
        node(
            "MatMulInteger of other extents",
            m -> m.node("MatMulInteger", quantised(m, "x"), quantised(m, weights(m, 5, 3)))),
        node(
            "ConvInteger of a vector",
            m -> m.node("ConvInteger", quantised(m, weights(m, 9)), quantised(m, weights(m, 9)))),
        node(
            "ConvInteger with a short zero point",
            m ->
                m.node(
                    "ConvInteger",
                    quantised(m, "x"),
                    quantised(m, weights(m, 8, 4, 3, 3)),
                    "",
                    quantised(m, weights(m, 3)))),
        node(
            "QLinearConv with a bias of floats",
            m -> {
              String zero = quantised(m, weights(m));
              String filter = quantised(m, weights(m, 8, 4, 3, 3));
              String one = weights(m);
              String data = quantised(m, "x");
              String bias = weights(m, 8);
              return m.node("QLinearConv", data, one, zero, filter, one, zero, one, zero, bias);
            }),
        node(
            "QLinearMatMul with scales of integers",
            m -> {
              String zero = quantised(m, weights(m));
              String right = quantised(m, weights(m, 6, 3));
              String one = m.constant(1);
              return m.node(
                  "QLinearMatMul", quantised(m, "x"), one, zero, right, one, zero, one, zero);
            }),
        node(
            "Range without an end",
            m ->
                m.node(
                    "Range",
                    m.constant(Tensor.of(new long[] {0})),
                    m.constant(Tensor.of(new long[] {5})),
                    m.constant(Tensor.of(new long[] {0})))),
        node("EyeLike of an image", m -> m.node("EyeLike", "x")),
        node("Det of a large matrix", m -> m.node("Det", "x")),
        node(
            "OneHot of no depth",
            m -> m.node("OneHot", m.constant(1, 2), m.constant(0), weights(m, 2))),
        node(
            "OneHot of one value",
            m -> m.node("OneHot", m.constant(1, 2), m.constant(3), weights(m, 1))),
        node("HannWindow of a negative size", m -> m.node("HannWindow", m.constant(-3))),
        node("DFT of the last axis", m -> m.node("DFT", "x").with("axis", 3)),
        node("DFT of no axis", m -> m.node("DFT", "x").with("axis", 7)),
        node("Einsum of two operands", m -> m.node("Einsum", "x").with("equation", "ij,jk->ik")),
        node("Einsum of too few axes", m -> m.node("Einsum", "x").with("equation", "ij->ji")),
        node("Einsum of no axis", m -> m.node("Einsum", "x").with("equation", "abcd->abz")),
        node("Einsum without a diagonal", m -> m.node("Einsum", "x").with("equation", "aacd->a")),
        node("Mod of reals", m -> m.node("Mod", "x", "x")),
        node("BitShift of reals", m -> m.node("BitShift", "x", "x").with("direction", "LEFT")),
        node(
            "GroupNormalization of no groups",
            m -> m.node("GroupNormalization", "x", weights(m, 4), weights(m, 4))),
        node(
            "InstanceNormalization with a short scale",
            m -> m.node("InstanceNormalization", "x", weights(m, 2), weights(m, 4))),
        node("LpNormalization of no norm", m -> m.node("LpNormalization", "x").with("p", 3)),
        node(
            "NegativeLogLikelihoodLoss of other targets",
            m -> m.node("NegativeLogLikelihoodLoss", "x", m.constant(1, 2, 3))),
        node("Loop without a body", m -> m.node("Loop", m.constant(1), "", "x")),
        node("Loop without an end", m -> m.node("Loop", "", "", "x").with("body", endless(m))),
        node("Loop with too little state", m -> m.node("Loop", "", "").with("body", endless(m))),
        node(
            "Scan of more than it has",
            m -> m.node("Scan", "x").with("num_scan_inputs", 2).with("body", endless(m))));
  }

  static Stream<Wrong> mixedTypes() {
    return Stream.of(
        node("Add of reals and integers", m -> m.node("Add", "x", m.constant(7))),
        node(
            "Concat of reals and integers",
            m ->
                m.node("Concat", m.node("Reshape", "x", m.constant(-1)).value(), m.constant(7))
                    .with("axis", 0)),
        node(
            "Where of reals and integers",
            m -> m.node("Where", m.node("Greater", "x", "x").value(), "x", m.constant(7))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrongNodes")
  void aNodeThatMakesNoSenseIsRefusedAtLoad(Wrong wrong) {
    isRefused(wrong);
  }

  @Disabled("only the driver's compiler refuses them, and only in class simd")
  @ParameterizedTest(name = "{0}")
  @MethodSource("mixedTypes")
  void operandsOfMixedTypesAreRefusedAtLoad(Wrong wrong) {
    isRefused(wrong);
  }

  private static void isRefused(Wrong wrong) {
    ModelBuilder model = new ModelBuilder(17);
    model.input("x", DataType.FLOAT32, 1, 4, 6, 6);
    model.output(wrong.node().apply(model).value(), DataType.FLOAT32);

    assertThatThrownBy(() -> HostPlan.of(model.source()), wrong.what())
        .isInstanceOfAny(ModelLoadException.class, InvalidInputException.class);
  }

  @Test
  void anOutputThatTheEngineDoesNotMakeIsRefused() {
    ModelBuilder model = new ModelBuilder(17);
    model.input("x", DataType.FLOAT32, 4, 6);
    for (String output : model.node("Relu", "x").named("many").values(2)) {
      model.output(output, DataType.FLOAT32);
    }

    assertThatThrownBy(() -> HostPlan.of(model.source()))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("many");
  }

  @Test
  void dropoutThatTrainsIsRefused() {
    ModelBuilder model = new ModelBuilder(13);
    model.input("x", DataType.FLOAT32, 4, 6);
    String ratio = model.constant(Tensor.of(new float[] {0.5f}));
    String training = model.constant(Tensor.wrap(DataType.BOOL, new byte[] {1}));
    String dropped = model.node("Dropout", "x", ratio, training).named("drop").value();
    model.output(dropped, DataType.FLOAT32);

    assertThatThrownBy(() -> HostPlan.of(model.source()))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("drop");
  }

  @Test
  void attentionToTextsOfTheirOwnLengthsIsRefused() {
    ModelBuilder model = new ModelBuilder(24);
    model.input("x", DataType.FLOAT32, 1, 2, 6, 4);
    String lengths = model.constant(6);
    String attended =
        model.node("Attention", "x", "x", "x", "", "", "", lengths).named("attend").value();
    model.output(attended, DataType.FLOAT32);

    assertThatThrownBy(() -> HostPlan.of(model.source()))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("attend");
  }

  @Disabled("the attribute is ignored")
  @Test
  void broadcastingByAxisOfOldModelsIsRefused() {
    ModelBuilder model = new ModelBuilder(6);
    model.input("x", DataType.FLOAT32, 2, 5, 5);
    String added =
        model
            .node("Add", "x", weights(model, 5))
            .named("old")
            .with("broadcast", 1)
            .with("axis", 1)
            .value();
    model.output(added, DataType.FLOAT32);

    assertThatThrownBy(() -> HostPlan.of(model.source()))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("old");
  }
}
