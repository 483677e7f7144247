package io.gpuinfer.benchmarks;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Lets a model that was exported for one picture take several. */
final class OpenBatch {

  /** A target of {@code Reshape}: leave this extent as it is. */
  private static final long KEEP = 0;

  private OpenBatch() {}

  /**
   * The model with its first dimension left open.
   *
   * @param onnxModel a model whose inputs and outputs all begin with a batch of 1
   */
  static byte[] of(byte[] onnxModel) throws InvalidProtocolBufferException {
    ModelProto.Builder model = ModelProto.parseFrom(onnxModel).toBuilder();
    GraphProto.Builder graph = model.getGraphBuilder();
    batches(graph).forEach(batch -> batch.setDimParam("batch"));
    setExtents(graph, "Reshape", 1, KEEP);
    return model.build().toByteArray();
  }

  /**
   * The model for another batch, as it would have been exported for that one.
   *
   * @param onnxModel as for {@link #of(byte[])}; it may also make constants of a batch of 1
   */
  static byte[] of(byte[] onnxModel, int batch) throws InvalidProtocolBufferException {
    ModelProto.Builder model = ModelProto.parseFrom(onnxModel).toBuilder();
    GraphProto.Builder graph = model.getGraphBuilder();
    graph.clearValueInfo(); // what lies between has another batch now, too
    batches(graph).forEach(extent -> extent.setDimValue(batch));
    setExtents(graph, "Reshape", 1, KEEP);
    setExtents(graph, "ConstantOfShape", 0, batch);
    return model.build().toByteArray();
  }

  private static Stream<Dimension.Builder> batches(GraphProto.Builder graph) {
    return Stream.of(graph.getInputBuilderList(), graph.getOutputBuilderList())
        .flatMap(List::stream)
        .map(value -> value.getTypeBuilder().getTensorTypeBuilder().getShapeBuilder())
        .map(shape -> shape.getDimBuilder(0));
  }

  /** In the constant shapes that such nodes have as an input, changes a batch of 1. */
  private static void setExtents(GraphProto.Builder graph, String type, int input, long batch) {
    Set<String> shapes =
        graph.getNodeList().stream()
            .filter(node -> node.getOpType().equals(type))
            .map(node -> node.getInput(input))
            .collect(Collectors.toSet());
    graph.getInitializerBuilderList().stream()
        .filter(tensor -> shapes.contains(tensor.getName()))
        .forEach(shape -> setExtent(shape, batch));
  }

  private static void setExtent(TensorProto.Builder shape, long batch) {
    if (shape.getInt64DataCount() > 0) {
      if (shape.getInt64Data(0) == 1) {
        shape.setInt64Data(0, batch);
      }
      return;
    }
    ByteBuffer extents =
        ByteBuffer.wrap(shape.getRawData().toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
    if (extents.getLong(0) == 1) {
      extents.putLong(0, batch);
      shape.setRawData(ByteString.copyFrom(extents));
    }
  }
}
