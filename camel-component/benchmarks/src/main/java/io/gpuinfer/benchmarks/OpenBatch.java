package io.gpuinfer.benchmarks;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Set;
import java.util.stream.Collectors;

/** Lets a classifier that was exported for one picture take any number of them. */
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
    graph.getInputBuilderList().forEach(OpenBatch::open);
    graph.getOutputBuilderList().forEach(OpenBatch::open);
    Set<String> targets =
        graph.getNodeList().stream()
            .filter(node -> node.getOpType().equals("Reshape"))
            .map(node -> node.getInput(1))
            .collect(Collectors.toSet());
    graph.getInitializerBuilderList().stream()
        .filter(tensor -> targets.contains(tensor.getName()))
        .forEach(OpenBatch::keepBatch);
    return model.build().toByteArray();
  }

  private static void open(ValueInfoProto.Builder value) {
    value
        .getTypeBuilder()
        .getTensorTypeBuilder()
        .getShapeBuilder()
        .getDimBuilder(0)
        .setDimParam("batch");
  }

  private static void keepBatch(TensorProto.Builder target) {
    ByteBuffer extents =
        ByteBuffer.wrap(target.getRawData().toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
    if (extents.getLong(0) == 1) {
      extents.putLong(0, KEEP);
      target.setRawData(ByteString.copyFrom(extents));
    }
  }
}
