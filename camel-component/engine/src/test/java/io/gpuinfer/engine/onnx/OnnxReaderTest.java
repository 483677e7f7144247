package io.gpuinfer.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataLocation;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.LoadOptions;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.TensorInfo;
import io.gpuinfer.engine.UnsupportedModelException;
import io.gpuinfer.engine.graph.Graph;
import io.gpuinfer.engine.graph.Node;
import io.gpuinfer.engine.opencl.OpenClEngine;
import io.gpuinfer.engine.operators.Operators;
import io.gpuinfer.engine.plan.Plan;
import io.gpuinfer.engine.testing.HostPlan;
import io.gpuinfer.engine.testing.ModelBuilder;
import io.gpuinfer.engine.testing.RandomTensors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a model file holds, it is read, or refused with a message that names what is wrong. */
class OnnxReaderTest {

  /** A model with most kinds of attributes and operands. */
  private static ModelBuilder model() {
    RandomTensors random = new RandomTensors(1);
    ModelBuilder model = new ModelBuilder(13);
    String image = model.input("image", DataType.FLOAT32, ModelBuilder.OPEN, 3, 8, 8);
    String filter = model.constant(random.normal(4, 3, 3, 3));
    String features =
        model
            .node("Conv", image, filter, model.constant(random.normal(4)))
            .named("conv")
            .withAll("pads", 1, 1, 1, 1)
            .withAll("strides", 2, 2)
            .value();
    String active = model.node("LeakyRelu", features).named("leaky").with("alpha", 0.1f).value();
    String pooled =
        model
            .node("AveragePool", active)
            .withAll("kernel_shape", 2, 2)
            .with("ceil_mode", 1)
            .value();
    String flat = model.node("Reshape", pooled, model.constant(0, -1)).named("flat").value();
    String two = model.node("Constant").with("value", Tensor.of(new float[] {2})).value();
    String product =
        model
            .node("Gemm", flat, model.constant(random.normal(5, 36)))
            .named("gemm")
            .with("transB", 1)
            .value();
    String sliced = model.node("Slice", product, model.constant(0), model.constant(9)).value();
    String scaled = model.node("Mul", sliced, two).named("mul").value();
    model.output(model.node("Softmax", scaled).with("axis", -1).value(), DataType.FLOAT32);
    return model;
  }

  private static Graph read(byte[] bytes) {
    return OnnxReader.read(ModelSource.of("bad.onnx", bytes));
  }

  private static Plan plan(byte[] bytes) {
    return HostPlan.of(ModelSource.of("bad.onnx", bytes));
  }

  /** The model with something changed. */
  private static byte[] changed(Consumer<GraphProto.Builder> change) {
    ModelProto.Builder model = model().proto().toBuilder();
    change.accept(model.getGraphBuilder());
    return model.build().toByteArray();
  }

  private static void isRefused(byte[] bytes, String... parts) {
    List<String> named = new ArrayList<>(List.of(parts));
    named.add("bad.onnx");

    assertThatThrownBy(() -> read(bytes))
        .isInstanceOfSatisfying(
            ModelLoadException.class, e -> assertThat(e.getMessage()).contains(named));
  }

  @Test
  void aModelIsReadWithItsConstantsNodesAndOpsets() {
    Graph graph = read(model().bytes());

    assertThat(graph.inputs())
        .containsExactly(TensorInfo.of("image", DataType.FLOAT32, TensorInfo.DYNAMIC, 3, 8, 8));
    assertThat(graph.outputs()).extracting(TensorInfo::type).containsExactly(DataType.FLOAT32);
    assertThat(graph.nodes())
        .extracting(Node::signature)
        .containsExactly(
            "Conv-13",
            "LeakyRelu-13",
            "AveragePool-13",
            "Reshape-13",
            "Gemm-13",
            "Slice-13",
            "Mul-13",
            "Softmax-13");
    assertThat(graph.nodes().get(0).attributes().integers("pads")).containsExactly(1, 1, 1, 1);
    assertThat(graph.nodes().get(1).attributes().real("alpha", 0)).isEqualTo(0.1f);
    assertThat(graph.constants().values()).contains(Tensor.of(new long[] {0, -1}, 2));
    assertThatCode(() -> plan(model().bytes())).doesNotThrowAnyException();
  }

  @Test
  void nodesAreBroughtIntoOrder() {
    byte[] backwards =
        changed(
            graph -> {
              List<NodeProto> nodes = new ArrayList<>(graph.getNodeList());
              Collections.reverse(nodes);
              graph.clearNode().addAllNode(nodes);
            });

    assertThat(read(backwards).nodes())
        .extracting(Node::outputs)
        .isEqualTo(read(model().bytes()).nodes().stream().map(Node::outputs).toList());
  }

  @Test
  void tensorsAreReadFromTypedListsToo() {
    Map<TensorProto, Tensor> tensors =
        Map.of(
            TensorProto.newBuilder()
                .setDataType(DataType.FLOAT32.onnx())
                .addDims(2)
                .addFloatData(1.5f)
                .addFloatData(-2)
                .build(),
            Tensor.of(new float[] {1.5f, -2}, 2),
            TensorProto.newBuilder()
                .setDataType(DataType.INT64.onnx())
                .addDims(1)
                .addInt64Data(1L << 40)
                .build(),
            Tensor.of(new long[] {1L << 40}, 1),
            TensorProto.newBuilder().setDataType(DataType.INT32.onnx()).addInt32Data(-7).build(),
            Tensor.of(new int[] {-7}),
            TensorProto.newBuilder()
                .setDataType(DataType.BOOL.onnx())
                .addDims(2)
                .addInt32Data(1)
                .addInt32Data(0)
                .build(),
            Tensor.wrap(DataType.BOOL, new byte[] {1, 0}, 2),
            TensorProto.newBuilder()
                .setDataType(DataType.FLOAT64.onnx())
                .addDims(1)
                .addDoubleData(0.1)
                .build(),
            Tensor.wrap(new double[] {0.1}, 1));

    tensors.forEach((proto, tensor) -> assertThat(OnnxTensors.read(proto)).isEqualTo(tensor));
  }

  @Test
  void aTruncatedFileIsRefusedAtEveryLength() {
    byte[] whole = model().bytes();
    for (int length = 0; length < whole.length; length++) {
      isRefused(Arrays.copyOf(whole, length));
    }
  }

  @Test
  void randomBytesAreRefused() {
    Random random = new Random(1);
    for (int i = 0; i < 500; i++) {
      byte[] bytes = new byte[random.nextInt(300)];
      random.nextBytes(bytes);
      isRefused(bytes);
    }
  }

  @Test
  void flippedBytesEndInARefusalOrInAModel() {
    byte[] whole = model().bytes();
    Random random = new Random(2);

    endInARefusalOrInAModel(
        3000,
        () -> {
          byte[] flipped = whole.clone();
          for (int k = random.nextInt(4); k >= 0; k--) {
            // Mostly outside the weights, where a flip only changes numbers.
            boolean anywhere = random.nextInt(4) == 0;
            int at = anywhere ? random.nextInt(whole.length) : structural(whole, random);
            flipped[at] ^= (byte) (1 << random.nextInt(8));
          }
          return flipped;
        });
  }

  /** Neither all of the files nor none of them should be refused, and each for a reason. */
  private static void endInARefusalOrInAModel(int files, Supplier<byte[]> file) {
    int refused = 0;
    Map<String, Throwable> escaped = new TreeMap<>();
    for (int i = 0; i < files; i++) {
      try {
        plan(file.get());
      } catch (ModelLoadException | InvalidInputException e) {
        refused++;
      } catch (RuntimeException | Error e) {
        escaped.putIfAbsent(e.getClass().getSimpleName() + " " + ours(e), e);
      }
    }
    assertThat(escaped).isEmpty();
    assertThat(refused).isBetween(files / 4, files - 1);
  }

  private static String ours(Throwable e) {
    return Arrays.stream(e.getStackTrace())
        .map(StackTraceElement::toString)
        .filter(frame -> frame.startsWith("io.gpuinfer"))
        .findFirst()
        .orElse("");
  }

  /** A byte of the nodes, which the format writes first, or of the last hundred. */
  private static int structural(byte[] whole, Random random) {
    int at = random.nextInt(700);
    return at < 600 ? at : whole.length - 1 - (at - 600);
  }

  @Test
  void nodesThatMakeNoSenseEndInARefusalOrInAModel() {
    Random random = new Random(3);

    endInARefusalOrInAModel(
        4000,
        () ->
            changed(
                graph -> {
                  for (int k = random.nextInt(3); k >= 0; k--) {
                    mutate(graph, random);
                  }
                }));
  }

  /** Gives one node another operator, operand, number of operands, or attribute. */
  private static void mutate(GraphProto.Builder graph, Random random) {
    NodeProto.Builder node = graph.getNodeBuilder(random.nextInt(graph.getNodeCount()));
    switch (random.nextInt(5)) {
      case 0 -> {
        List<String> operators = Operators.names().stream().sorted().toList();
        node.setOpType(operators.get(random.nextInt(operators.size())));
      }
      case 1 -> {
        if (node.getInputCount() > 0) {
          node.setInput(random.nextInt(node.getInputCount()), anyValue(graph, random));
        }
      }
      case 2 -> node.addInput(anyValue(graph, random));
      case 3 -> node.addOutput("extra" + random.nextInt());
      default -> node.addAttribute(anyAttribute(random));
    }
  }

  private static String anyValue(GraphProto.Builder graph, Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> "";
      case 1 -> "image";
      case 2 -> graph.getInitializer(random.nextInt(graph.getInitializerCount())).getName();
      default -> graph.getNode(random.nextInt(graph.getNodeCount())).getOutput(0);
    };
  }

  private static AttributeProto anyAttribute(Random random) {
    String[] names = {
      "axis", "axes", "perm", "pads", "strides", "dilations", "kernel_shape", "group", "to",
      "blocksize", "mode", "alpha", "keepdims", "split", "epsilon", "value", "scales", "shape",
      "auto_pad", "output_padding", "starts", "ends", "end"
    };
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName(names[random.nextInt(names.length)]);
    switch (random.nextInt(6)) {
      case 0 -> attribute.setType(AttributeType.FLOAT).setF(random.nextFloat());
      case 1 -> attribute.setType(AttributeType.STRING).setS(ByteString.copyFromUtf8("SAME"));
      case 2 ->
          attribute
              .setType(AttributeType.TENSOR)
              .setT(ModelBuilder.proto(Tensor.of(new long[] {anyNumber(random)}, 1)));
      case 3 -> attribute.setType(AttributeType.INT).setI(anyNumber(random));
      default -> {
        attribute.setType(AttributeType.INTS);
        for (int k = random.nextInt(5); k > 0; k--) {
          attribute.addInts(anyNumber(random));
        }
      }
    }
    return attribute.build();
  }

  private static long anyNumber(Random random) {
    long[] numbers = {
      0, 1, 2, 3, -1, -2, 100, 1 << 20, Integer.MAX_VALUE, 1L << 33, Long.MAX_VALUE, Long.MIN_VALUE
    };
    return numbers[random.nextInt(numbers.length)];
  }

  @Test
  void aSourceThatCannotBeReadIsRefused() {
    ModelSource source =
        new ModelSource(
            "lost.onnx",
            () -> {
              throw new IOException("gone");
            });

    assertThatThrownBy(() -> OnnxReader.read(source))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("lost.onnx")
        .hasMessageContaining("gone");
  }

  @Test
  void aFileWithoutAGraphOrAnOpsetIsRefused() {
    isRefused(new byte[0]);
    isRefused(model().proto().toBuilder().clearGraph().build().toByteArray(), "graph");
    isRefused(model().proto().toBuilder().clearOpsetImport().build().toByteArray(), "opset");
  }

  @Test
  void aCycleIsRefusedByTheNameOfANodeInIt() {
    byte[] cycle =
        changed(
            graph -> {
              String last = graph.getNode(2).getOutput(0);
              graph.getNodeBuilder(1).setInput(0, last);
            });

    isRefused(cycle, "cycle", "leaky");
  }

  @Test
  void aValueThatIsMadeTwiceIsRefused() {
    isRefused(
        changed(graph -> graph.getNodeBuilder(1).setOutput(0, graph.getNode(0).getOutput(0))),
        graphValue(0),
        "twice");
    isRefused(changed(graph -> graph.getNodeBuilder(1).setOutput(0, "image")), "image", "twice");
    isRefused(changed(graph -> graph.addInitializer(graph.getInitializer(0))), "twice");
    isRefused(changed(graph -> graph.addInput(graph.getInput(0))), "image", "twice");
  }

  private static String graphValue(int node) {
    return model().proto().getGraph().getNode(node).getOutput(0);
  }

  @Test
  void aValueThatNothingMakesIsRefused() {
    isRefused(changed(graph -> graph.getNodeBuilder(1).setInput(0, "nowhere")), "nowhere", "leaky");
    isRefused(changed(graph -> graph.getOutputBuilder(0).setName("nowhere")), "nowhere");
  }

  @Test
  void aGraphWithoutOutputsIsRefused() {
    isRefused(changed(GraphProto.Builder::clearOutput), "no outputs");
  }

  @Test
  void weightsInAnotherFileAreRefusedWhenThereIsNoFolder() {
    isRefused(
        changed(
            graph ->
                graph
                    .getInitializerBuilder(0)
                    .clearRawData()
                    .setDataLocation(DataLocation.EXTERNAL)
                    .addExternalData(
                        StringStringEntryProto.newBuilder()
                            .setKey("location")
                            .setValue("/etc/passwd"))),
        model().proto().getGraph().getInitializer(0).getName(),
        "load the model from its path");
  }

  /** Shapes that no tensor can have, or that do not fit the data. */
  static List<long[]> absurdShapes() {
    return List.of(
        new long[] {1L << 40},
        new long[] {2, 1L << 62},
        new long[] {1L << 31, 1L << 31, 1L << 31},
        new long[] {Long.MAX_VALUE, Long.MAX_VALUE},
        new long[] {-1},
        new long[] {Long.MIN_VALUE, 0},
        new long[] {4, 3, 3, 4},
        new long[] {0});
  }

  @ParameterizedTest
  @MethodSource("absurdShapes")
  void anAbsurdTensorShapeIsRefused(long... shape) {
    Consumer<TensorProto.Builder> reshape =
        tensor -> {
          tensor.clearDims();
          Arrays.stream(shape).forEach(tensor::addDims);
        };
    isRefused(changed(graph -> reshape.accept(graph.getInitializerBuilder(0))));
    isRefused(
        changed(
            graph -> {
              TensorProto.Builder list = graph.getInitializerBuilder(0).clearRawData();
              reshape.accept(list.addFloatData(1).addFloatData(2));
            }));
  }

  @Test
  void anElementTypeThatTheEngineDoesNotHaveIsRefused() {
    isRefused(
        changed(
            graph ->
                graph
                    .getInitializerBuilder(0)
                    .setDataType(TensorProto.DataType.COMPLEX64.getNumber())),
        "14");
    isRefused(
        changed(
            graph ->
                graph.getInputBuilder(0).getTypeBuilder().getTensorTypeBuilder().setElemType(8)),
        "image",
        "STRING");
    isRefused(changed(graph -> graph.getInputBuilder(0).clearType()), "image");
  }

  @Test
  void aGraphOfANodeIsReadAsStrictlyAsTheModel() {
    GraphProto.Builder empty = GraphProto.newBuilder();
    GraphProto.Builder dangling =
        GraphProto.newBuilder()
            .addNode(NodeProto.newBuilder().setOpType("Relu").addInput("nowhere").addOutput("y"))
            .addOutput(ValueInfoProto.newBuilder().setName("y"));

    isRefused(changed(graph -> graph.getNodeBuilder(1).addAttribute(branch(empty))), "then_branch");
    isRefused(changed(graph -> graph.getNodeBuilder(1).addAttribute(branch(dangling))), "nowhere");
  }

  private static AttributeProto branch(GraphProto.Builder graph) {
    return AttributeProto.newBuilder()
        .setName("then_branch")
        .setType(AttributeType.GRAPH)
        .setG(graph)
        .build();
  }

  @Test
  void graphsWithinGraphsAreRefusedBeforeTheStackIsFull() {
    ByteString graph = ByteString.EMPTY;
    for (int depth = 0; depth < 5000; depth++) {
      ByteString attribute = field(AttributeProto.G_FIELD_NUMBER, graph);
      ByteString node = field(NodeProto.ATTRIBUTE_FIELD_NUMBER, attribute);
      graph = field(GraphProto.NODE_FIELD_NUMBER, node);
    }
    isRefused(field(ModelProto.GRAPH_FIELD_NUMBER, graph).toByteArray());
  }

  /** A nested message as the format writes it: number, kind and length, then the message. */
  private static ByteString field(int number, ByteString message) {
    ByteString.Output out = ByteString.newOutput();
    int length = message.size();
    out.write(number << 3 | 2);
    while (length > 127) {
      out.write((length & 127) | 128);
      length >>= 7;
    }
    out.write(length);
    return out.toByteString().concat(message);
  }

  @Test
  void aConstantWithoutOutputOrValueIsRefused() {
    isRefused(changed(graph -> graph.addNode(NodeProto.newBuilder().setOpType("Constant"))));
    isRefused(
        changed(
            graph ->
                graph.addNode(
                    NodeProto.newBuilder()
                        .setOpType("Constant")
                        .addOutput("c")
                        .addAttribute(
                            AttributeProto.newBuilder()
                                .setName("value_string")
                                .setType(AttributeType.STRING)
                                .setS(ByteString.copyFromUtf8("text"))))),
        "value_string");
  }

  @Test
  void anOperatorSetThatIsNotImportedIsRefused() {
    isRefused(
        changed(graph -> graph.getNodeBuilder(1).setDomain("com.example")), "leaky", "com.example");
  }

  @Test
  void allUnsupportedOperatorsAreNamedWithTheirNodesAndOpset() {
    byte[] model =
        changed(
            graph -> {
              graph.getNodeBuilder(1).setOpType("Multinomial");
              graph.getNodeBuilder(5).setOpType("Bernoulli");
              graph.getNodeBuilder(7).setOpType("Multinomial");
            });

    assertThatThrownBy(
            () -> new OpenClEngine().load(ModelSource.of("bad.onnx", model), LoadOptions.DEFAULT))
        .isInstanceOfSatisfying(
            UnsupportedModelException.class,
            e -> {
              assertThat(e.operators()).hasSize(2);
              assertThat(e).hasMessageContainingAll("bad.onnx", "Multinomial-13", "Bernoulli-13");
              assertThat(String.join("\n", e.operators())).contains("leaky", "gemm", "mul");
            });
  }

  @Test
  void aVeryLongChainIsPlanned() {
    ModelBuilder model = new ModelBuilder(13);
    String value = model.input("x", DataType.FLOAT32, 4);
    for (int i = 0; i < 20_000; i++) {
      value = model.node("Relu", value).value();
    }
    model.output(value, DataType.FLOAT32);

    assertThatCode(() -> plan(model.bytes())).doesNotThrowAnyException();
  }
}
