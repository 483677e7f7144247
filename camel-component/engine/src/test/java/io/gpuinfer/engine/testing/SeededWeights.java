package io.gpuinfer.engine.testing;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Gives a network without trained weights seeded random ones, so that its answers tell a right
 * engine from a wrong one.
 *
 * <p>Meant for graphs that make each weight by a {@code ConstantOfShape} node: those nodes become
 * initialisers. Learned tensors that the graph does hold are replaced too, because trained
 * statistics among random weights let the values explode or vanish.
 */
public final class SeededWeights {

  /** Before this version of the format, every initialiser had to be an input of the graph too. */
  private static final long SEPARATE_INITIALISERS = 4;

  private static final int FLOAT = TensorProto.DataType.FLOAT_VALUE;

  /** What a learned tensor is for, and so how large its elements should be. */
  private enum Role {
    WEIGHT,
    SCALE,
    VARIANCE,
    OFFSET;

    /** The role of one operand, or null when operands there are not learned. */
    static Role of(String operator, int operand) {
      return switch (operator) {
        case "Conv", "Gemm" -> operand == 1 ? WEIGHT : operand == 2 ? OFFSET : null;
        case "BatchNormalization" -> operand == 1 ? SCALE : operand == 4 ? VARIANCE : OFFSET;
        case "Mul" -> SCALE;
        case "Add" -> OFFSET;
        default -> null;
      };
    }
  }

  private final Random random;
  private final Map<String, TensorProto> initialisers = new HashMap<>();
  private final Map<String, Role> roles = new HashMap<>();

  private SeededWeights(long seed) {
    random = new Random(seed);
  }

  /**
   * The model with every learned tensor replaced.
   *
   * @param onnxModel a model file
   * @param seed equal seeds give equal weights
   */
  public static byte[] fill(byte[] onnxModel, long seed) {
    try {
      ModelProto model = ModelProto.parseFrom(onnxModel);
      return model.toBuilder()
          .setIrVersion(Math.max(model.getIrVersion(), SEPARATE_INITIALISERS))
          .setGraph(new SeededWeights(seed).fill(model.getGraph()))
          .build()
          .toByteArray();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("Not an ONNX model", e);
    }
  }

  private GraphProto fill(GraphProto graph) {
    graph.getInitializerList().forEach(tensor -> initialisers.put(tensor.getName(), tensor));
    findRoles(graph);
    GraphProto.Builder filled = graph.toBuilder().clearNode().clearInitializer().clearInput();
    Set<String> shapes = new HashSet<>();
    for (NodeProto node : graph.getNodeList()) {
      if (node.getOpType().equals("ConstantOfShape") && roles.containsKey(node.getOutput(0))) {
        TensorProto shape = initialisers.get(node.getInput(0));
        shapes.add(shape.getName());
        filled.addInitializer(drawn(node.getOutput(0), longs(shape)));
      } else {
        filled.addNode(node);
      }
    }
    for (TensorProto tensor : graph.getInitializerList()) {
      boolean learned = tensor.getDataType() == FLOAT && roles.containsKey(tensor.getName());
      if (!shapes.contains(tensor.getName())) {
        filled.addInitializer(learned ? drawn(tensor.getName(), tensor.getDimsList()) : tensor);
      }
    }
    graph.getInputList().stream()
        .filter(input -> !initialisers.containsKey(input.getName()))
        .forEach(filled::addInput);
    return filled.build();
  }

  private void findRoles(GraphProto graph) {
    Map<String, String> sources = new HashMap<>();
    for (NodeProto node : graph.getNodeList()) {
      if (node.getOpType().equals("Reshape") || node.getOpType().equals("Unsqueeze")) {
        sources.put(node.getOutput(0), node.getInput(0));
      }
      for (int i = 0; i < node.getInputCount(); i++) {
        Role role = Role.of(node.getOpType(), i);
        if (role != null) {
          roles.put(sources.getOrDefault(node.getInput(i), node.getInput(i)), role);
        }
      }
    }
  }

  /**
   * He initialisation for weights; the rest such that values keep their size through the layers.
   */
  private TensorProto drawn(String name, List<Long> shape) {
    int size = Math.toIntExact(shape.stream().reduce(1L, Math::multiplyExact));
    double widest = Math.sqrt(6.0 * shape.get(0) / size);
    ByteBuffer bytes = ByteBuffer.allocate(size * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < size; i++) {
      bytes.putFloat(
          (float)
              switch (roles.get(name)) {
                case WEIGHT -> between(-widest, widest);
                case SCALE -> between(0.5, 1);
                case VARIANCE -> between(0.5, 1.5);
                case OFFSET -> between(-0.2, 0.2);
              });
    }
    return TensorProto.newBuilder()
        .setName(name)
        .setDataType(FLOAT)
        .addAllDims(shape)
        .setRawData(ByteString.copyFrom(bytes.flip()))
        .build();
  }

  private double between(double low, double high) {
    return low + (high - low) * random.nextFloat();
  }

  private static List<Long> longs(TensorProto tensor) {
    long[] values = new long[Math.toIntExact(tensor.getDims(0))];
    tensor
        .getRawData()
        .asReadOnlyByteBuffer()
        .order(ByteOrder.LITTLE_ENDIAN)
        .asLongBuffer()
        .get(values);
    return Arrays.stream(values).boxed().toList();
  }
}
