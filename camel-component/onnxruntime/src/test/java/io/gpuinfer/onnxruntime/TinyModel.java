package io.gpuinfer.onnxruntime;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.gpuinfer.engine.ModelSource;

/** Model files of one node. */
final class TinyModel {

  private static final int FLOAT = 1;

  private TinyModel() {}

  /** {@code y = op(x)} over one element type and rank; an extent below 0 is left open. */
  static ModelSource unary(String op, int elementType, long... shape) {
    return model(
        GraphProto.newBuilder()
            .addInput(value("x", elementType, shape))
            .addOutput(value("y", elementType, shape))
            .addNode(
                NodeProto.newBuilder().setOpType(op).setName("n").addInput("x").addOutput("y")));
  }

  /** {@code y = a + b}, the single extent of both named {@code length}. */
  static ModelSource sumOfEqualLengths() {
    ValueInfoProto.Builder a = value("a", FLOAT, -1);
    ValueInfoProto.Builder b = value("b", FLOAT, -1);
    for (ValueInfoProto.Builder value : new ValueInfoProto.Builder[] {a, b}) {
      value
          .getTypeBuilder()
          .getTensorTypeBuilder()
          .getShapeBuilder()
          .getDimBuilder(0)
          .setDimParam("length");
    }
    return model(
        GraphProto.newBuilder()
            .addInput(a)
            .addInput(b)
            .addOutput(value("y", FLOAT, -1))
            .addNode(
                NodeProto.newBuilder()
                    .setOpType("Add")
                    .addInput("a")
                    .addInput("b")
                    .addOutput("y")));
  }

  /** A model whose answer would be the first two floats of a file. */
  static ModelSource weightsInFile(String location) {
    return model(
        GraphProto.newBuilder()
            .addInitializer(
                TensorProto.newBuilder()
                    .setName("w")
                    .setDataType(FLOAT)
                    .addDims(2)
                    .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                    .addExternalData(
                        StringStringEntryProto.newBuilder().setKey("location").setValue(location)))
            .addOutput(value("y", FLOAT, 2))
            .addNode(NodeProto.newBuilder().setOpType("Identity").addInput("w").addOutput("y")));
  }

  private static ModelSource model(GraphProto.Builder graph) {
    ModelProto model =
        ModelProto.newBuilder()
            .setIrVersion(8)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13))
            .setGraph(graph.setName("tiny"))
            .build();
    return ModelSource.of("tiny.onnx", model.toByteArray());
  }

  private static ValueInfoProto.Builder value(String name, int elementType, long... shape) {
    TensorShapeProto.Builder dims = TensorShapeProto.newBuilder();
    for (long extent : shape) {
      dims.addDim(extent < 0 ? Dimension.newBuilder() : Dimension.newBuilder().setDimValue(extent));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(elementType).setShape(dims)));
  }
}
