package io.gpuinfer.component;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.gpuinfer.engine.DataType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The file of a model of one operator: {@code y = -x}, on rows of three floats. */
final class TinyModelFile {

  private TinyModelFile() {}

  /** Writes it into a folder, and answers its {@code file:} URI. */
  static String in(Path folder) throws IOException {
    GraphProto.Builder graph = GraphProto.newBuilder().setName("tiny");
    graph.addNodeBuilder().setOpType("Neg").addInput("x").addOutput("y");
    graph.addInput(value("x"));
    graph.addOutput(value("y"));
    byte[] model =
        ModelProto.newBuilder()
            .setIrVersion(8)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13))
            .setGraph(graph)
            .build()
            .toByteArray();
    return Files.write(folder.resolve("tiny.onnx"), model).toUri().toString();
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
