package io.gpuinfer.engine.testing;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.InvalidProtocolBufferException;
import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.onnx.OnnxTensors;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Real models as tools make them smaller. */
public final class NarrowedModels {

  private static final int FLOAT = DataType.FLOAT32.onnx();
  private static final float LARGEST_HALF = 65504;

  private NarrowedModels() {}

  /** The model with every {@code FLOAT32} in it, inputs and outputs too, as {@code FLOAT16}. */
  public static byte[] halves(byte[] model) {
    ModelProto.Builder whole = parse(model);
    GraphProto.Builder graph = whole.getGraphBuilder();
    graph.getInitializerBuilderList().forEach(NarrowedModels::halve);
    graph.getInputBuilderList().forEach(NarrowedModels::halve);
    graph.getOutputBuilderList().forEach(NarrowedModels::halve);
    graph.getValueInfoBuilderList().forEach(NarrowedModels::halve);
    for (NodeProto.Builder node : graph.getNodeBuilderList()) {
      for (AttributeProto.Builder attribute : node.getAttributeBuilderList()) {
        if (attribute.hasT()) {
          halve(attribute.getTBuilder());
        } else if (node.getOpType().equals("Cast") && attribute.getI() == FLOAT) {
          attribute.setI(DataType.FLOAT16.onnx());
        }
      }
    }
    return whole.build().toByteArray();
  }

  private static void halve(ValueInfoProto.Builder value) {
    var type = value.getTypeBuilder().getTensorTypeBuilder();
    if (type.getElemType() == FLOAT) {
      type.setElemType(DataType.FLOAT16.onnx());
    }
  }

  private static void halve(TensorProto.Builder tensor) {
    if (tensor.getDataType() == FLOAT) {
      Tensor wide = OnnxTensors.read(tensor.build());
      float[] values = wide.toFloatArray();
      for (int i = 0; i < values.length; i++) { // a mask's -3e38 is to stay a number
        values[i] = Math.max(-LARGEST_HALF, Math.min(LARGEST_HALF, values[i]));
      }
      Tensor narrow = Tensor.rounded(DataType.FLOAT16, values, wide.shape());
      String name = tensor.getName();
      tensor.clear().mergeFrom(ModelBuilder.proto(narrow).setName(name).build());
    }
  }

  /**
   * The model with its weight matrices as {@code INT8}, and what they are multiplied by quantised
   * in the run.
   */
  public static byte[] dynamicallyQuantised(byte[] model) {
    ModelProto.Builder whole = parse(model);
    GraphProto.Builder graph = whole.getGraphBuilder();
    Map<String, TensorProto.Builder> weights = new HashMap<>();
    graph.getInitializerBuilderList().forEach(tensor -> weights.put(tensor.getName(), tensor));
    List<NodeProto> nodes = List.copyOf(graph.getNodeList());
    graph.clearNode();
    for (NodeProto node : nodes) {
      TensorProto.Builder right =
          node.getOpType().equals("MatMul") ? weights.get(node.getInput(1)) : null;
      if (right == null) {
        graph.addNode(node);
      } else {
        quantise(graph, node, right);
      }
    }
    return whole.build().toByteArray();
  }

  private static void quantise(
      GraphProto.Builder graph, NodeProto node, TensorProto.Builder tensor) {
    String right = tensor.getName();
    String left = node.getInput(0);
    String name = node.getOutput(0);
    Tensor weights = OnnxTensors.read(tensor.build());
    float largest = 0;
    for (float weight : weights.toFloatArray()) {
      largest = Math.max(largest, Math.abs(weight));
    }
    byte[] bytes = new byte[weights.size()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Math.rint(weights.doubleAt(i) / largest * 127);
    }
    Tensor quantised = Tensor.wrap(DataType.INT8, bytes, weights.shape());
    tensor.clear().mergeFrom(ModelBuilder.proto(quantised).setName(right).build());
    graph.addInitializer(
        ModelBuilder.proto(Tensor.of(new float[] {largest / 127})).setName(name + ".step"));
    add(
        graph,
        "DynamicQuantizeLinear",
        List.of(left),
        name + ".a",
        name + ".scale",
        name + ".zero");
    add(graph, "MatMulInteger", List.of(name + ".a", right, name + ".zero"), name + ".sum");
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType("Cast")
            .addInput(name + ".sum")
            .addOutput(name + ".real")
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("to")
                    .setType(AttributeProto.AttributeType.INT)
                    .setI(FLOAT)));
    add(graph, "Mul", List.of(name + ".scale", name + ".step"), name + ".factor");
    add(graph, "Mul", List.of(name + ".real", name + ".factor"), name);
  }

  private static void add(
      GraphProto.Builder graph, String type, List<String> inputs, String... outputs) {
    graph.addNode(
        NodeProto.newBuilder().setOpType(type).addAllInput(inputs).addAllOutput(List.of(outputs)));
  }

  private static ModelProto.Builder parse(byte[] model) {
    try {
      return ModelProto.parseFrom(model).toBuilder();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }
}
