package io.gpuinfer.tasks.ocr;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.ModelSource;
import java.util.Arrays;

/**
 * The steps before the models as small ONNX graphs, so that they run as passes on the same device.
 * Sizes are inputs: one session serves pictures of every size.
 */
final class PreprocessingGraphs {

  /** Pictures of shape [1, height, width, 3]. */
  static final String IMAGE = "image";

  /** The extents of the resized picture, {@code INT64} of shape [4]. */
  static final String SIZES = "sizes";

  /** Where each pixel of the strip is in the picture: [1, height, columns, (x, y)] in −1 to 1. */
  static final String GRID = "grid";

  /** The answer, of shape [1, 3, height, width]. */
  static final String PIXELS = "pixels";

  /** GridSample came with 16. */
  private static final int OPSET = 16;

  private final GraphProto.Builder graph = GraphProto.newBuilder();

  private PreprocessingGraphs(String name) {
    graph.setName(name);
  }

  /**
   * Resizes a picture bilinearly, subtracts a mean of each channel, and divides by its deviation;
   * both are in parts of full brightness.
   */
  static ModelSource resize(double[] mean, double[] deviation) {
    PreprocessingGraphs graph = new PreprocessingGraphs("resize");
    graph.input(IMAGE, DataType.UINT8, "one", "height", "width", "channels");
    graph.input(SIZES, DataType.INT64, "rank");
    graph.node("Cast", "levels", IMAGE).addAttribute(integer("to", DataType.FLOAT32.onnx()));
    graph.toPlanes("levels", "planes");
    graph
        .node("Resize", "resized", "planes", "", "", SIZES)
        .addAttribute(text("mode", "linear"))
        .addAttribute(text("coordinate_transformation_mode", "half_pixel"));
    graph.normalize("resized", mean, deviation);
    return graph.source();
  }

  /**
   * Samples a picture bilinearly at the places of a grid, and brings brightness to −1 to 1. Places
   * beyond the edge take the edge's colour.
   */
  static ModelSource sample() {
    PreprocessingGraphs graph = new PreprocessingGraphs("sample");
    graph.input(IMAGE, DataType.UINT8, "one", "height", "width", "channels");
    graph.input(GRID, DataType.FLOAT32, "one", "rows", "columns", "two");
    graph.node("Cast", "levels", IMAGE).addAttribute(integer("to", DataType.FLOAT32.onnx()));
    graph.toPlanes("levels", "planes");
    graph
        .node("GridSample", "sampled", "planes", GRID)
        .addAttribute(text("mode", "bilinear"))
        .addAttribute(text("padding_mode", "border"))
        .addAttribute(integer("align_corners", 1));
    graph.normalize("sampled", new double[] {0.5, 0.5, 0.5}, new double[] {0.5, 0.5, 0.5});
    return graph.source();
  }

  private void toPlanes(String from, String to) {
    node("Transpose", to, from)
        .addAttribute(
            AttributeProto.newBuilder()
                .setName("perm")
                .setType(AttributeProto.AttributeType.INTS)
                .addAllInts(Arrays.asList(0L, 3L, 1L, 2L)));
  }

  /** {@code (level / 255 − mean) / deviation} as one multiplication and one subtraction. */
  private void normalize(String from, double[] mean, double[] deviation) {
    float[] scale = new float[mean.length];
    float[] shift = new float[mean.length];
    for (int channel = 0; channel < mean.length; channel++) {
      scale[channel] = (float) (1 / (255 * deviation[channel]));
      shift[channel] = (float) (mean[channel] / deviation[channel]);
    }
    constant("scale", scale);
    constant("shift", shift);
    node("Mul", "scaled", from, "scale");
    node("Sub", PIXELS, "scaled", "shift");
  }

  private ModelSource source() {
    graph.addOutput(value(PIXELS, DataType.FLOAT32, "one", "channels", "rows", "columns"));
    byte[] model =
        ModelProto.newBuilder()
            .setIrVersion(8)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
            .setGraph(graph)
            .build()
            .toByteArray();
    return ModelSource.of(graph.getName() + ".onnx", model);
  }

  private void input(String name, DataType type, String... dimensions) {
    graph.addInput(value(name, type, dimensions));
  }

  private NodeProto.Builder node(String operator, String output, String... inputs) {
    return graph
        .addNodeBuilder()
        .setOpType(operator)
        .setName(output)
        .addOutput(output)
        .addAllInput(Arrays.asList(inputs));
  }

  /** One value for each channel of [1, 3, height, width]. */
  private void constant(String name, float[] perChannel) {
    TensorProto.Builder tensor =
        graph
            .addInitializerBuilder()
            .setName(name)
            .setDataType(DataType.FLOAT32.onnx())
            .addAllDims(Arrays.asList(1L, (long) perChannel.length, 1L, 1L));
    for (float value : perChannel) {
      tensor.addFloatData(value);
    }
  }

  private static ValueInfoProto value(String name, DataType type, String... dimensions) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (String dimension : dimensions) {
      switch (dimension) {
        case "one" -> shape.addDimBuilder().setDimValue(1);
        case "two" -> shape.addDimBuilder().setDimValue(2);
        case "channels" -> shape.addDimBuilder().setDimValue(3);
        case "rank" -> shape.addDimBuilder().setDimValue(4);
        default -> shape.addDimBuilder().setDimParam(dimension);
      }
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(type.onnx()).setShape(shape)))
        .build();
  }

  private static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  private static AttributeProto text(String name, String value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.STRING)
        .setS(ByteString.copyFromUtf8(value))
        .build();
  }
}
