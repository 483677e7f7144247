package io.gpuinfer.tasks;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.serving.repository.ModelEntry;
import java.util.Map;

/** Models of one node, on rows of three floats. */
public final class TinyModel {

  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("tiny");

  private TinyModel() {}

  /** {@code y = -x}. */
  public static ModelEntry negation() {
    TinyModel model = new TinyModel();
    model.graph.addNodeBuilder().setOpType("Neg").addInput("x").addOutput("y");
    return model.entry(new String[] {"x"}, "y");
  }

  /** {@code sum = a + b} and {@code difference = a - b}. */
  public static ModelEntry sumAndDifference() {
    TinyModel model = new TinyModel();
    model.graph.addNodeBuilder().setOpType("Add").addInput("a").addInput("b").addOutput("sum");
    model
        .graph
        .addNodeBuilder()
        .setOpType("Sub")
        .addInput("a")
        .addInput("b")
        .addOutput("difference");
    return model.entry(new String[] {"a", "b"}, "sum", "difference");
  }

  private ModelEntry entry(String[] inputs, String... outputs) {
    for (String input : inputs) {
      graph.addInput(value(input));
    }
    for (String output : outputs) {
      graph.addOutput(value(output));
    }
    byte[] bytes =
        ModelProto.newBuilder()
            .setIrVersion(8)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13))
            .setGraph(graph)
            .build()
            .toByteArray();
    return new ModelEntry(
        "tiny", "7", "tensor", Map.of("model", ModelSource.of("tiny.onnx", bytes)), Map.of());
  }

  private static ValueInfoProto value(String name) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    shape.addDimBuilder().setDimParam("rows");
    shape.addDimBuilder().setDimValue(3);
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(DataType.FLOAT32.onnx())
                        .setShape(shape)))
        .build();
  }
}
